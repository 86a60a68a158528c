"""Given names from L to Q (stdlib-js datasets, CC0)."""

NAMES = """
lacee lacey lacie ladonna laetitia laina lainey laird lalo lamar lambert lammond lamond lana lanae lancelot lanette
laney langsdon langston lanie lanita lanna lanni lannie lanny lara laraine larina larine larisa larissa larry lars
laryssa latashia latia latisha latrena latrina laughton launce laura lauraine laural lauralee laure lauree laureen
laurella lauren laurena laurence laurene laurens laurent lauretta laurette lauri laurianne laurice laurie lauritz
lauryn lavena laverna laverne lavina lavinia lavinie lawrence lawry lawton layla layne layney layton lazar lazare
lazaro lazarus leah leandra leann leanna leanor leanora lebbie leda leeann leeanne leela leelah leeland leena leesa
leese lefty legra leia leicester leif leigh leigha leighton leila leilah leisha lela lelah leland lelia lemar lemmie
lemmy lemuel lena lenard lenci lenee lenette lenka lenna lennard lennie lenora lenore leo leodora leoine leola leoline
leon leona leonanie leonard leonardo leone leonelle leonhard leonid leonidas leonie leonora leonore leontine leontyne
leopold leora leroi leroy leshia lesley lesli leslie lesly lester lesya leta lethia leticia letisha letitia letizia
letta letti lettie letty leupold levey levi levin levon levy lewes lewie lewiss lexi lexie lexine lexis lexy leyla
lezley lezlie liam lian liana liane lianna lianne libbey libbi libbie libby licha lida lidia lief liesa lila lilah
lilas lilia lilian liliane lilias lilith lilla lilli lillian lillis lilllie lilly lilyan lina linc lind linda lindi
lindie lindon lindsay lindsey lindsy linea linell linet linette linn linnea linnell linnet linnie linoel linzy lionel
lionello lira lisa lisabeth lisbeth lise lisetta lisette lisha lishe lisle lissa lissi lissie lissy lita liuka liva
livia livvie livvy livvyy livy liza lizabeth lizbeth lizette lizzie lizzy llewellyn lloyd llywellyn locke lockwood
lodovico loella logan lois loise lola loleta lolita lolly lombard lona lonee loni lonna lonnard lonni lonnie lonny
lorain loraine loralee loralie loralyn lorant loree loreen lorelei lorelle loren lorena lorene lorens lorenza lorenzo
loretta lorette lori loria lorianna lorianne lorie lorilee lorilyn lorin lorinda lorine lorita lorna lorne lorraine
lorrayne lorri lorrie lorrin lorry lory lothaire lothario lotte lotti lottie lotty louella louie louis louisa
louise louisette loutitia lovell lowe lowell lowrance loydie luca lucais lucas luce lucho luci lucia lucian luciana
luciano lucias lucie lucien lucienne lucila lucilia lucille lucina lucinda lucine lucio lucita lucius lucretia lucy
ludovico ludovika ludvig ludwig luella luelle luigi luis luisa luise lukas luke lula lulita lulu lura lurette lurleen
lurlene lurline lusa lutero luther lyda lydia lydie lydon lyell lyle lyman lynda lynde lyndel lyndell lyndsay lyndsey
lyndsie lyndy lynea lynelle lynett lynette lynn lynna lynne lynnea lynnell lynnelle lynnet lynnett lynnette lynsey
lyon lyssa mabel mabelle mable mack mackenzie mada madalena madalyn maddalena maddi maddie maddy madel madelaine
madeleine madelena madelene madelin madelina madeline madella madelle madelon madelyn madge madlen madlin madonna mady
maegan magda magdaia magdalen magdalena magdalene maggee maggi maggie maggy magnum mahala mahalia mahmoud mahmud maia
maible maiga maighdiln mair maire maisey maisie maitilde maje mala malachi malanie malchy malcolm malena malia malina
malinda malinde malissa malissia mallissa mallorie mallory malorie malory malva malvin malvina malynda mame mamie
manda mandel mandi mandie mandy manfred mannie manny mano manolo manon manuel manya marabel marc marcel marcela
marcelia marcella marcelle marcellina marcelline marcello marcellus marcelo marchall marchelle marci marcia marcie
marcile marcille marco marcos marcus marcy mareah maren marena maressa marga margalit margalo margaret margareta
margarete margaretha margarethe margaretta margarette margarita margaux marge margeaux margery marget margette margi
margie margit margo margot margret marguerite margy mari maria mariam marian mariana mariann marianna marianne maribel
maribelle maribeth marice maridel marie marieann mariejeanne mariel mariele marielle mariellen marietta mariette
marijn marijo marika marilee marilin marillin marilyn marinna marion mariquilla maris marisa mariska marissa marita
maritsa marius mariya marj marja marje marji marjie marjorie marjory marjy marketa markus marla marlane marleah marlee
marleen marlena marlene marley marlie marlin marline marlo marlon marlow marlowe marlyn marmaduke marna marne marney
marni marnia marnie marquita marrilee marris marrissa marsh marsha marsiella mart marta martainn martelle marten
martguerita martha marthe marthena marti martica martie martin martina martino martita marty martyn martynne marv
marve marven marvin marwin mary marya maryann maryanna maryanne marybelle marybeth maryellen maryjane maryjo maryl
marylee marylin marylinda marylou marylynne maryrose marys marysa masha massimiliano massimo matelda mateo mathe
mathew mathian mathias mathilda mathilde matias matilda matilde matt matteo matthaeus mattheus matthew matthias
matthieu matthiew matthus matti mattias mattie matty maud maudie maura maure maureen maureene maurene maurice mauricio
maurie maurine maurise maurita maurits maurizia maurizio maury mavis mavra maxi maxie maxim maximilian maximilianus
maximilien maximo maxine maxwell maxy maybelle maye mayer maynard mayne maynord mayor meade meagan meaghan meara
mechelle meg megan megen meggi meggie meggy meghan meghann mehetabel meier meir mela melamie melania melanie melantha
melany melba melesa melessa melicent melina melinda melinde melisa melisande melisandra melisenda melisent melissa
melisse melita melitta mella melli mellicent mellie mellisa mellisent melloney melly melodee melodie melonie melony
melosa melva melvin melvyn menard mendel mendie mendy merci mercie meredeth meredith meredithe merell meridel meridith
meriel merilee merill merilyn meris merissa merl merla merlina merline merna merola merralee merrel merrick merridie
merrie merrielle merrile merrilee merrili merrill merrily mersey merv mervin merwin merwyn meryl meyer mia micaela
micah michael michaela michaelina michaeline michaella michail michal michale micheal micheil michel michele michelina
micheline michell michelle mick mickey micki mickie micky midge mignon mignonne miguel miguela miguelita mikael
mikaela mikel mikey mikkel mikol mildred mildrid mile milena milicent milissent milka mill millard milli millicent
millie millisent milly milt miltie milton milty milzie mina minda mindy miner minerva minetta minette minna
minnaminnie minne minni minnie minnnie minny miof miquela mira mirabel mirabella mirabelle miran miranda mireielle
mireille mirella mirelle miriam mirilla mirna mischa misha missie missy misti mitch mitchael mitchel mitchell mitzi
modesta modestia modestine modesty mohammed mohandas mohandis moina moira moise moises moishe moll mollee molli mollie
molly mommy mona monah monica monika monique monro monroe montague monte montgomery monti monty moore mord mordecai
mordy moreen morena morey morgana morganica morganne morgen morgun moria morie morissa moritz morlee morley morly
morna morrie morris morry morse mort morten mortie mortimer morton morty mose moselle moses moshe moyna moyra mozelle
mozes muffin mufi mufinella muhammad muire munmro munroe murdoch murdock mureil murial muriel murielle murray murry
murvyn myca mycah mychal myer myles mylo myrah myranda myriam myrilla myrle myrlene myrna myron myrta myrtia myrtice
myrtie myrvyn myrwyn nada nadean nadeen nadia nadine nadiya nady nadya nahum nalani nana nananne nance nancee nancey
nanci nancie nancy nanete nanette nanice nanine nannette nanni nannie nanny nanon naoma naomi napoleon nappie nappy
nara nari nariko nata natal natala natale natalee natalie natalina nataline natalya nataniel natasha natassia nate
nathalia nathalie nathan nathanael nathanial nathaniel nathanil natividad natka natty neal neala neale neall nealon
nealson nealy ned neda nedda neddie neddy nedi neel neely nefen nehemiah neil neila neile neill neilla neille neils
nelia nelie nelle nelli nellie nelly nels nelson nerissa nerita nero neron nert nerta nerte nerti nertie nerty nessa
nessi nessie nessy nesta nester nestor netta netti nettie netty nevil nevile neville nevin nevins nevsa newton neysa
nial niall niccolo nichol nicholas nichole nicholle nichols nickey nicki nickie nicko nickola nickolai nickolas
nickolaus nicky nico nicol nicola nicolai nicolais nicolas nicole nicolea nicolette nicoli nicolina nicoline nicolis
nicolle niel niels nigel nikaniki nike niki nikita nikki nikkie niko nikola nikolai nikolaos nikolas nikolaus
nikoletta nikolia nikolos nikos niles nilson nina ninetta ninette ninnetta ninnette ninon nissa nissie nissy nita
niven nixie noach noah noak noam noami nobe nobie noby noelani noell noella noelle noellyn noelyn noemi nola nolan
nolana noland nolie noll nollie nolly nomi nona nonah noni nonie nonna nonnah nora norah norbert norbie norby norean
noreen norene norina norine norma norman normand normie normy norri norrie norris norry north northrop northrup
novelia nowell nydia nyssa oates obadiah obadias obed obediah oberon obidiah obie octavia octavius odele odelia
odelinda odell odella odelle odessa odetta odette odey odie odilia odille ofelia ofella ofilia ogdan ogden ogdon olag
olav olenka olenolin olga olia olimpia olin oliver olivero olivette olivia olivie olivier oliviero oliy ollie olly
olva olvan olwen olympe olympia olympie omar omero ondrea oneida onfre onfroi onida onofredo oona opalina opaline
ophelia ophelie oralee oralia oralie oralla oralle oran orazio orbadiah orel orelee orelia orelie orella orelle oren
oriana orin orlan orland orly orran orren orrin orsa orsola orson ortensia orton orville osbert osborn osborne osbourn
osbourne osgood osmond osmund ossie oswald oswell otes otha othelia othella othello othilia othilie otho otis ottilie
otto owen ozzie ozzy pablo packston paco pacorro paddie paddy padget padgett padraic padraig padriac pail pall palm
palmer paloma pamela pamelina pamella pammi pammie pammy panchito pancho pandora pansie paola paolina paolo papagena
papageno paquito parke parnell parrnell parry parsifal pascal pascale pasquale pate paten patin paton patric patrica
patrice patricia patricio patrick patrizia patrizio patrizius patsy patten patti pattie pattin patton paul paula paule
pauletta paulette pauli paulie paulina pauline paulita paulo pauly pavel pavia pavla pavlov paxon paxton payton peadar
pearce pearla pearle pearline pebrook peder pedro pegeen peggi peggie peggy peirce pembroke penelopa penelope penn
penni pennie penrod pepe pepi pepillo pepita pepito perceval percival percy peria perice perkin perl perla perle
pernell perren perri perrine persis peta pete peter peterus petey petr petra petrina petronella petronia petronilla
petronille peyter peyton phaedra phaidra phebe phedra phelia phil philbert philip philipa philippa philippe philippine
philis phillida phillie phillip phillipe phillipp phillis philly philomena phineas phip phoebe phylis phyllida phyllis
phyllys phylys pier pierette pierre pierrette pierson pieter pietra pietrek pietro piggy pincas pinchas pincus pippa
pippo pippy pollyanna pooh poppy portia portie porty poul powell pren prent prentice prentiss prescott preston prinz
pris prisca priscella priscilla prissie prudi prudy prue pryce puff purcell putnam putnem pyotr queenie quent quentin
querida quill quillan quincey quincy quinlan quint quinta quintana quintilla quintin quintina quinton quintus
"""
