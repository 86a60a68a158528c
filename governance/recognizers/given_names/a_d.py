"""Given names from A to D (stdlib-js datasets, CC0)."""

NAMES = """
aaren aarika aaron abagael abagail abba abbe abbey abbi abbie abbott abby abbye abdel abdul abel abelard abeu abey
abie abigael abigail abigale abner abra abraham abrahan abram abramo abran adah adair adaline adam adamo adams adan
adara adda addi addia addie addison addy adel adela adelaida adelaide adelbert adele adelheid adelice adelina adelind
adeline adella adelle adena adey adham adiana adina adlai adler adolf adolph adolphe adolpho adolphus adora adore
adoree adorne adrea adria adriaens adrian adriana adriane adrianna adrianne adriano adrien adriena adrienne aeriel
aeriela aeriell afton agace agata agatha agathe aggi aggie aggy agna agnella agnes agnese agnesse agneta agnola agosto
agretha aguie aguistin aguste agustin aharon ahmad ahmed aida aidan aigneis aila ailbert aile ailee aileen ailene
ailey aili ailina ailis ailsun ailyn aime aimee aimil aindrea ainslee ainsley ainslie ajay akim aksel alain alaine
alair alameda alan alana alanah aland alane alanna alano alanson alard alaric alasdair alastair alasteir alaster
alayne alberik albert alberta albertina albertine alberto albie albina albrecht alden aldin aldis aldo aldon aldous
aldric aldrich aldridge aldus aldwin alec alecia aleda aleece aleen alejandra alejandrina alejandro alejoa aleksandr
alena alene alessandra alessandro aleta alethea alex alexa alexander alexandr alexandra alexandre alexandrina
alexandro alexandros alexei alexi alexia alexina alexine alexio alexis alfi alfie alfons alfonse alfonso alford alfred
alfreda alfredo alfy algernon alia alic alica alice alicea alicia alick alida alidia alie alika alikee alina aline
alis alisa alisander alisha alison alissa alistair alister alisun alix aliza allan allard allayne alleen allegra allen
allene alley alleyn allianora allin allina allis allison allissa allister allistir allix allsun allx allyce allyn
allys allyson alma almeda almeria almeta almira almire aloin aloise aloisia alonso alonzo aloysia aloysius alphard
alphonse alphonso alric alta althea aluin aluino alva alvan alvera alverta alvie alvin alvina alvinia alvira alvis
alvy alwin alwyn alyce alyda alyosha alys alysa alyse alysia alyson alyss alyssa amabel amabelle amalea amalee amaleta
amalia amalie amalita amalle amanda amandi amandie amandy amara amargo amata amberly amble ambros ambrose ambrosi
ambrosio ambrosius ambur amby amelia amelie amelina ameline amelita amerigo amery amie amii amil amitie amity
ammamaria amory amos amy amye ana anabal anabel anabella anabelle analiese analise anallese anallise anastasia
anastasie anastassia anatol anatola anatole anatollo ancell andee andeee anderea anders anderson andi andie andonis
andra andras andre andrea andreana andreas andree andrei andrej andres andrew andrey andria andriana andriette andris
andromache andros andrus andy anestassia anet anett anetta anette ange angela angele angeli angelia angelica angelico
angelika angelina angeline angelique angelita angelle angelo angie angil angus angy ania anica anissa anita anitra
anjanette anjela ann anna annabal annabel annabela annabell annabella annabelle annadiana annadiane annalee annaliese
annalise annamaria annamarie anne annecorinne anneliese annelise annemarie annetta annette anni annice annie annis
annissa annmaria annmarie annnora annora anny ansel ansell anselm anselma ansley anson anstice anthe anthea anthia
anthiathia anthony antin antoine antoinette anton antone antonella antonetta antoni antonia antonie antonietta antonin
antonina antonino antonio antonius antons antony anya appolonia aprilette arabel arabela arabele arabella arabelle
araldo archaimbaud archambault archibald archibaldo archibold archie archy arda ardath ardeen ardelia ardelis ardella
ardelle arden ardene ardenia ardine ardis ardisj ardith ardra ardyce ardys ardyth arel aretha ariana aridatha arie
ariel ariela ariella arielle arin ario aristotle arlan arlana arlee arleen arlen arlena arlene arleta arlette arley
arleyne arlie arliene arlin arlina arlinda arline arluene arly arlyn arlyne arman armand armando armin armstrong
arnaldo arne arney arni arnie arnold arnoldo arnuad arny aron arri arron artair arte artemas artemis artemus arther
arthur artie artur artus arty arvie arvin arvy aryn ashbey ashby ashely asher ashia ashien ashil ashla ashlan ashlee
ashleigh ashlen ashley ashli ashlie ashlin ashly ashton astrid astrix atalanta athena athene atlanta atlante aube
auberon aubert auberta aubine aubree aubrette aubrey aubrie aubry audi audie audra audre audrey audrie audry audrye
audy augie augusta auguste augustin augustina augustine augusto augustus augy aundrea aurea aurel aurelea aurelia
aurelie auria aurie aurilia aurlie auroora aurora aurore aurthur austen austina austine ava aveline averell averil
averill avery averyl avictor avie avigdor avis aviva avivah avram avril avrit avrom axel aylmar aylmer aymer babara
babb babbette babbie babette babita babs bailey bailie baillie baily baird bald balduin baldwin bale bambi bambie
bamby bancroft banky barb barbabas barbabra barbara barbaraanne barbe barbee barbette barbey barbi barbie barbra barby
barclay bard barde barn barnabas barnabe barnaby barnard barnebas barnett barney barnie barny barr barret barrett
barri barrie barris barron barry bart bartel barth barthel bartholemy bartholomeo bartholomeus bartholomew bartie
bartlet bartolemo bartolomeo barton bartram barty bary baryram basia basile basilio basilius bastian bastien
batholomew bathsheba batsheva baudoin baxie baxter baxy bayard beale bealle bearnard beatrice beatrisa beatrix beatriz
beau beaufort beauregard bebe becca beck becka becki beckie becky beilul beitris bekki belia belicia belinda belita
bella bellanca belle bellina beltran belva belvia ben bendick bendicty bendite bendix benedetta benedetto benedick
benedict benedicta benedicto benedikt benedikta benetta bengt beniamino benita benito benjamen benjamin benji benjie
benjy benn bennett benni bennie benny benoit benoite benson bent bentlee benton benyamin berenice beret berget berk
berke berkeley berkie berkley berkly berky bern berna bernadene bernadette bernadina bernadine bernard bernardina
bernardine bernardo bernarr berne bernelle bernete bernetta bernette bernhard berni bernice bernie bernita berny berri
berrie bert berta berte bertha berthe berti bertie bertina bertine berton bertram bertrand bertrando berty beryl
beryle bess bessie bessy beth bethanne bethany bethena bethina betsey betsy betta betteann betteanne betti bettina
bettine betty bettye beulah bevan beverie beverlee beverley beverlie beverly bevin bevon bevvy bianca bianka bibbie
bibby bibbye bibi biddie biddy bidget bili billi billie billy billye bink binky binni binnie binny birch birdie birgit
birgitta birk biron bjorn blaine blair blaire blake blakelee blakeley blanca blanch blancha blanche blane blayne
blinni blinnie blinny bliss blisse blithe blondell blondelle blondie blondy blythe bob bobbe bobbee bobbette bobbi
bobbie bobbye bobette bobina bobine bobinette bogart bogey boigie bondie bondon bondy boniface bonita bonnee bonni
bonnibelle bonnie bonny boone boonie boony boote booth boothe bord borden bordie bordy borg boris bourke bowie boyce
boycey boycie boyd brad bradan brade braden bradford bradley bradly bradney brady bram bran brana brandais brande
brandea branden brander brandi brandice brandie brandise brandon brandtr brandyn brannon brant brantley breanne brear
bree breena bren brena brenda brendan brenden brendin brendis brendon brenn brenna brennan brennen brent bret brett
brewer brewster bria brian briana brianna brianne briano briant brice bride bridget bridgette bridie brien brier
brietta brig brigg briggs brigham brigid brigida brigit brigitta brigitte brina briney brinn brinna briny brion brit
brita britney britni britt britta brittan brittaney brittani brittany britte britteny brittne brittney brittni brnaba
brnaby brock brockie brocky brod broddie broddy broderic broderick brodie brody brok bron bronnie bronny bronson
brooke brose bruce brucie bruis brunhilda brunhilde bruno bryan bryana bryant bryanty bryce bryn bryna brynn brynna
brynne bryon buckie bucky budd buddie buffy buiron bunni bunnie burch burg burgess burk burke burl burlie burnaby
burnard burr burt burtie burton burty butch byram byran byrann byrle byrom byron cacilia cacilie caddric cahra
cairistiona caitlin caitrin caldwell cale caleb calhoun calida calla callean calley calli callida callie cally calv
calvin calypso camala camella cameron camey cami camila camile camilla camille cammi cammie cammy candace candi
candice candida candide candie candis candra caprice caralie carce caren carena caresa caressa caresse carey caria
carie caril carilyn carin carina carine cariotta carissa carita caritta carl carla carlee carleen carlen carlene
carleton carley carlie carlin carlina carline carling carlita carlo carlos carlota carlotta carly carlye carlyle
carlyn carlynn carlynne carma carmel carmela carmelia carmelina carmelita carmella carmelle carmen carmencita carmina
carmine carmita carmon carney carny caro carol carola carolan carolann carole carolee carolin caroline caroljean
carolus carolyn carolyne carolynn caron carr carree carri carrie carrissa carrol carroll carson cart carver cary caryl
caryn casandra casar casey casi casie caspar casper cass cassandra cassandre cassandry cassaundra cassey cassi cassie
cassius cassondra cassy catarina cate caterina catha catharina catharine cathe cathee catherin catherina catherine
cathi cathie cathleen cathlene cathrin cathrine cathryn cathy cathyleen cati catie catina catlaina catlee catlin
catrina catriona caty caye cayla cazzie cchaddie cece cecelia cecil cecile ceciley cecilia cecilio cecilius cecilla
cecily cedric cele celene celesta celeste celestia celestina celestine celestyn celestyna celia celie celina celinda
celine celinka celisse celka cello cesar cesare cesaro cesya chad chadd chaddie chaddy chadwick chaim chalmers chancey
chanda chandal chandler chandra chane channa chantal chantalle charil charin chariot charis charissa charisse charita
charla charlean charleen charlena charlene charles charley charline charlot charlotta charlotte charlton charmain
charmaine charmane charmian charmine charmion charo charyl chas chaunce chauncey chelsae chelsey chelsie chelsy chen
cher chere cherey cheri cherianne cherice cherida cherie cherilyn cherilynn cherin cherise cherish cherlyn cherri
cherrita chery cherye cheryl ches cheslie cheston chev chevalier chevy chiarra chick chickie chicky chico chilton
chiquia chiquita chlo chloe chloette chloris chris chrisse chrissie chrissy christa christabel christabella christal
christalle christan christean christel christen christi christiana christiane christiano christie christin christina
christine christoffer christoforo christoper christoph christophe christopher christy christye christyna chrisy
chrotoem chrysa chrysler chrystal chryste chrystel chucho chuck cicely cicily ciel cilka cinda cindee cindelyn
cinderella cindi cindie cindra cindy cinnamon cirillo cirilo ciro cissiee cissy claiborn claiborne clair claire clara
clarabelle clarance clare clarence claresta clareta claretta clarette clarey clari claribel clarice clarie clarinda
clarine clarissa clarisse clarita clark clarke clary claudell claudelle claudetta claudette claudia claudian
claudianus claudie claudina claudine claudio claudius claus clayborn clayborne claybourne clayson clayton clea
cleavland clem clemence clemens clement clemente clementia clementina clementius clemmie clemmy cleo cleon cleopatra
clerc clerissa cletis cletus cleve cleveland clevey clevie clifford clim clint clio clive cloe cloris clotilda clovis
clyde clyve clywd cobb cobbie cobby codee codi codie cointon colan colas colby coleen coleman colene colet coletta
colette colin colleen collen collete collette collie collin colline colly colman colver conan conant concettina
conchita concordia conney conni connie connor conny conrad conrade conrado conroy consalve consolata constancia
constancy constanta constantia constantin constantina constantine constantino consuela consuelo conway coop cora
corabel corabella corabelle coralie coraline coralyn corbet corbett corbie corbin corby cordelia cordelie cordell
cordey cordi cordie cordula cordy coreen corella corenda corene coretta corette corey cori corie corilla corina corine
corinna corinne coriss corissa corliss corly cornall cornela cornelia cornelius cornell cornelle corney cornie corny
correna correy corri corrianne corrie corrina corrine corrinne corry cort cortie cortney corty cory cosetta cosette
cosimo cosme cosmo costa costanza courtenay courtnay courtney cozmo craggie craggy craig crawford creigh creight
creighton crichton crin cris crissie crissy crista cristabel cristal cristen cristi cristian cristiano cristie cristin
cristina cristine cristionna cristobal cristy crosby crysta crystie cthrine cull cullan cullen culley cullie cullin
cully culver curcio curran currey currie curtice curtis cybil cybill cymbre cynde cyndi cyndia cyndie cyndy cynthea
cynthia cynthie cynthy cyril cyrill cyrille cyrillus cyrus dacey dacia dacie dacy dael daffi daffie daffy dagmar dagny
dahlia daile daisey daisi daisie dalenna dalia dalila dalis dalli dallis dallon daloris dalston dalt dalton damara
damaris dame damian damiano damien damita dan dana dane danell danella danette dani dania danica danice danie daniel
daniela daniele daniella danielle danika danila danit danita danna dannel danni dannie danny dannye dante danya
danyelle danyette daphene daphna daphne dara darb darbee darbie darby darcee darcey darci darcie darcy darda dareen
darell darelle daren daria darice darill darin dario darius darla darleen darlene darline darlleen darn darnall
darnell daron darrel darrell darrelle darren darrick darrin darryl darsey darsie darya daryl daryle daryn dasha dasi
dasie dasya datha daune dave daveen daven daveta davey david davida davidde davide davidson davie davin davina davine
davis davita davon davy dawna dayle dayna ddene deana deane deanna deanne debbi debbie debby debee debera debi debor
debora deborah debra decca deck dede dedie dedra deeann deeanne deedee deena deerdre deeyn dehlia deidre deina deirdre
dela delainey delaney delano delbert delcina delcine delia delila delilah delinda delly delmar delmer delmor delmore
delora delores deloria deloris delphine delphinia demeter demetra demetre demetri demetria demetris demetrius demott
dena dene deni denice denis denise denna dennet denney denni dennie dennis dennison denny denys denyse deonne derek
derick derk dermot derrek derrick derrik derril derron derry derward derwin desdemona desi desirae desiree desiri
desmond desmund deva devan devin devina devinne devland devlen devlin devon devondra devonna devonne devora devy
dewain dewey dewie dewitt dexter diahann dian diana diandra diane dianemarie diann dianna dianne diannne diarmid
dickie dicky didi dido diego diena dierdre dieter dietrich dilan dill dillie dillon dilly dimitri dimitry dina dinah
dinnie dinny dino dion dione dionis dionisio dionne dionysus dirk dita dixie dmitri dniren dode dodi dodie dody dolf
dolley dolli dollie dolores dolorita doloritas dolph domenic domenico domeniga dominga domingo domini dominic dominica
dominick dominik dominique dona donal donall donalt donaugh donavon donella donelle donetta donia donica donielle donn
donna donnamarie donnell donni donnie donny donovan dora doralia doralin doralyn doralynn doralynne dore doreen
dorelia dorella dorelle dorena dorene doretta dorette dorey dori doria dorian dorice dorie dorine doris dorisa dorise
dorita doro dorolice dorolisa dorotea doroteya dorothea dorothee dorothy dorree dorri dorrie dorris dorry dorthea
dorthy dory dosi doti dotti dottie doug dougie douglas douglass dougy doyle drake dreddy dredi drew drona druci drucie
drucill drucy drud drugi drusi drusie drusilla drusy duane dudley duff duffie duffy dugald dukey dukie duky dulce
dulcea dulci dulcia dulciana dulcie dulcine dulcinea dulcy dulsea dunc duncan dunn dunstan durand durant durante
durward dwain dwayne dwight dyan dyana dyane dyann dyanna dyanne dylan dyna dynah
"""
