"""Given names from R to Z (stdlib-js datasets, CC0)."""

NAMES = """
rabbi rabi rachael rachel rachele rachelle radcliffe raddie raddy raeann rafa rafael rafaela rafaelia rafaelita
rafaellle rafaello rafe raff raffaello raffarty rafferty rafi ragnar rahal rahel raimondo raimund raimundo raina raine
rainer rakel ralf ralina ralph ramon ramona ramonda ramsay ramsey rana rance rancell randa randal randall randee
randell randene randie randolf randolph ranee rani rania ranice ranique ranna ransell ransom raoul raphael raphaela
raquel raquela rasia rasla raul ravi ravid raviv rawley raychel raye raymond raymund rayna raynard raynell rayner
raynor rayshell reade reagan reagen reamonn reba rebbecca rebe rebeca rebecca rebecka rebeka rebekah rebekkah redd
redford reeba reece reena rees reese reeta reeva regan reggi reggie reggis reggy regina reginald reginauld regine reid
reidar reider reiko reilly reina reinald reinaldo reinaldos reine reinhard reinhold reinold reinwald remington remus
remy rena renado renae renaldo renard renata renate renato renaud renault renee renell renelle renie rennie reta retha
reube reuben reuven revkah reyna reynard reynold reynolds rhea rheba rheta rhett rhetta rhiamon rhianna rhianon rhoda
rhodia rhodie rhody rhona rhonda rhys riane riannon rianon rica ricard ricardo ricca riccardo richard richardo richart
richie richmond richmound richy rici rick rickard rickert rickey ricki rickie ricky ricoriki riki rikki riley rina
rinaldo ringo riobard riordan ripley risa rita ritchie rivalee rivi rivkah rivy roana roanna roanne roarke robb
robbert robbi robbie robbin robby robbyn robena robenia robers robert roberta roberto robina robinet robinett
robinetta robinette robinia roby robyn roch rochell rochella rochelle rochester rochette rockey rockie rockwell roda
rodd roddie roddy roderic roderich roderick roderigo rodge rodger rodi rodie rodina rodney rodolfo rodolph rodolphe
rodrick rodrigo rodrique roger rogerio rogers rois roland rolando roldan roley rolfe rolland rollie rollin rollins
rollo rolph roma romain romola romona romonda romy ron ronald ronalda ronda ronica ronna ronni ronnica ronnie ronny
roobbie rooney roosevelt rora rori rorie rorke rory rosa rosabel rosabella rosabelle rosaleen rosalia rosalie rosalind
rosalinda rosalinde rosaline rosalyn rosalynd rosamond rosamund rosana rosanna rosanne rosco roscoe roseann roseanna
roseanne roselia roselin roseline rosella roselle rosemaria rosemarie rosemonde rosene rosetta rosette roshelle rosie
rosina rosita roslyn rosmunda rossie rossy roth rourke rouvin rowe rowen rowena rowland rowney roxana roxane roxanna
roxanne roxi roxie roxine roxy royall rozalie rozalin rozamond rozanna rozanne roze rozele rozella rozelle rozina
rriocard rube ruben rubetta rubi rubia rubie rubin rubina rudd ruddie ruddy rudie rudiger rudolf rudolfo rudolph rudy
rudyard rufe rufus ruggiero rupert ruperta ruperto ruprecht rurik russ russell rustie rustin rutger ruth ruthann
ruthanne ruthe rutherford ruthi ruthie ruthy rutledge rutter ruttger ryan ryann rycca ryley ryon ryun saba sabina
sabine sabra sabrina sacha sada sadella sadie sadye saidee salaidh saleem salem salim sallee salli sallie sally
sallyann sallyanne saloma salome salomi salomo salomon salomone salvador salvatore salvidor sam samantha samara
samaria sammie sammy sampson samson samuel samuele sancho sande sander sanders sanderson sandi sandie sandor sandra
sandro sandye sanford sanson sansone sapphira sara saraann sarah sarajane saree sarena sarene sarette sarge sargent
sarina sarine sarita sascha sasha sashenka saudra saul sauncho saunder saunders saunderson saundra sauveur savina
sawyere saxe sayer sayers sayre sayres scarface scarlet scarlett schuyler scot scott scotti scottie scotty seamus sean
seana sebastian sebastiano sebastien seka selby selena selene selestina selia selie selig selina selinda seline sella
selle selma sena sephira serena serene serge sergei sergent sergio seth seumas seward seymour shae shaina shaine
shalna shalne shalom shamus shana shanan shanda shandee shandeigh shandie shandra shandy shane shani shanie shanna
shannah shannan shannen shannon shanon shanta shantee shara sharai shari sharia sharity sharl sharla sharleen sharlene
sharline sharon sharona sharron sharyl shaughn shaun shauna shaw shawn shawna shawnee shay shayla shaylah shaylyn
shaylynn shayna shayne shea sheba sheela sheelagh sheelah sheena sheeree sheff sheffie sheffield sheffy sheila sheilah
shel shela shelagh shelba shelbi shelby shelden shelia shelley shelli shellie shelton shem shena shep shepard sheppard
shepperd sher sheree sheri sheridan sherie sherill sherilyn sherline sherlock sherlocke sherm sherman shermie shermy
sherri sherrie sherwin sherwood sherwynd sherye sheryl shina shir shirl shirlee shirleen shirlene shirley shirline
sholom shoshana shoshanna shurlock shurlocke shurwood siana sianna sibbie sibby sibeal sibel sibella sibelle sibilla
sibley sibyl sibylla sibylle sidnee sidney sidoney sidonia sidonnie siegfried siffre sigfrid sigfried sigismond
sigismondo sigismund sigismundo sigmund sigrid sigvard silas sile sileas silva silvain silvan silvana silvano silvanus
silvester silvia silvie silvio simeon simmonds simon simona simone simonette simonne sinclair sinclare sindee siobhan
sioux siouxie sisely sisile sissie siusan siward skell skelly skipp skipper skippie skippy skipton skye skylar skyler
slade sloan sloane smitty sofie sollie solly solomon somerset sondra sonia sonja sonni sonnie sonnnie sonya sophey
sophi sophia sophie sophronia sorcha sosanna spence spense spenser spike stace stacee stacey staci stacia stacie stacy
stafani staffard stafford staford stan standford stanfield stanford stanislas stanislaus stanislaw stanleigh stanley
stanly stanton stanwood starla starlene starlin starr stavro stavros stearn stearne stefa stefan stefania stefanie
stefano steffane steffen steffi steffie stella stepha stephan stephana stephani stephanie stephannie stephanus stephen
stephenie stephi stephie stephine stern sterne stesha stevana steve steven stevena stevy stewart stillman stillmann
stinky stirling stoddard stormi stormie stuart suellen sukey suki sula sullivan sully sumner susan susana susanetta
susann susanna susannah susanne susette susi susie susy sutherlan sutherland sutton suzann suzanna suzanne suzette
suzi suzie suzy sven svend swen sybil sybila sybilla sybille sybyl sydel sydelle sylas sylvan sylvester sylvia syman
symon tabatha tabb tabbatha tabbi tabbie tabbitha tabby taber tabina tabitha tabor tadd taddeo taddeusz tadeas tadeo
tades tadio taffy tait taite talbert talbot talia tallia tallie tallou tallulah talya talyah tamar tamara tamarah
tamarra tamas tamera tami tamiko tamma tammara tammi tammie tammy tamqrah tamra tana tandi tandie tandy tanhya tani
tania tanitansy tann tanner tanney tannie tanny tansy tanya tara tarah tarra tarrah tarrance taryn tasha tasia tate
tatiana tatiania tatum tawnya tawsha taylor teador ted tedd tedda teddi teddie teddy tedi tedie tedman tedmund tedra
teena teirtza templeton teodoor teodor teodora teodorico teodoro tera terence terencio teresa terese teresina teresita
teressa teri teriann terrance terrel terrell terrence terri terrie terrijo terrill terry terrye tersina terza tess
tessa tessi tessie tessy thacher thaddeus thaddus thadeus thain thaine thalia thane thatch thatcher thaxter thayne
thea theadora thebault theda thedric thedrick thekla thelma theo theobald theodor theodora theodore theodoric
theodosia theresa therese theresina theresita theressa therine thia thibaud thibaut thom thoma thomas thomasa thomasin
thomasina thomasine thor thorin thorn thorndike thornie thornton thorny thorpe thorstein thorsten thorvald thurstan
thurston tibold tiebold tiebout tiena tierney tiertza tiffani tiffanie tiffany tiffi tiffie tiffy tilda tildi tildie
tildy tiler tillie tilly tim timi timmi timmie timmy timofei timoteo timothea timothee timotheus timothy tina tine
tiphani tiphanie tiphany tirrell tisha tito titos titus tobe tobey tobiah tobias tobie tobin tobit toby tobye todd
toddie toddy toiboid toinette tom toma tomas tomasina tomasine tomaso tome tomi tomkin tomlin tommi tommie tommy toni
tonia tonie tonnie tony tonya tonye tootsie tore torey tori torie torin torr torrance torre torrence torrey torrie
torrin torry tova tove towney townie townsend towny tracee tracey traci tracie tracy traver travers travis travus
trefor tremain tremaine tremayne trenna trenton tresa trescha tressa trev trevar trever trevor trey tricia trina tripp
tris trish trisha trista tristam tristan trix trixi trixy troy trstram truda trude trudey trudi trudie trueman trula
trumaine truman trumann tucker tuckie tucky tudor tull tulley tully twila twyla tybalt tybi tybie tyler tymon tymothy
tynan tyne tyrone tyrus tyson udale udall udell ulberto ulick ulises ulla ulric ulrica ulrich ulrick ulrika
ulrikaumeko ulrike ulysses umberto umeko upton urbain urban urbano urbanus uriah uriel ursa ursala ursola urson ursula
ursulina ursuline vachel vaclav vail valaree valaria valdemar vale valeda valencia valene valenka valentia valentijn
valentin valentina valentine valentino valera valeria valerie valery valerye valida valina valle valli vallie vally
valma valry vanda vanessa vania vanna vanni vannie vanny vanya vasili vasilis vasily vassili vassily vaughan vaughn
veda velma venita vera veradis vere verena verene verge vergil veriee verile verina verine verla vern verna verne
vernen verney vernice vernon vernor veronica veronika veronike veronique vevay vick vicki vickie vicky victoir
victoria vida vidovic vidovik viki vikki vikky vilhelmina vilma vina vince vincent vincents vincenty vincenz vinita
vinni vinnie vinny vinson violante viole violetta violette virge virgie virgil virgilio virgina virginie vita vitia
vito vitoria vittoria vittorio viva vivi vivia vivian viviana vivianna vivianne vivie vivien viviene vivienne viviyan
vivyan vivyanne vlad vladamir vladimir vonni vonnie vonny vyky wadsworth wain wainwright waite wakefield wald waldemar
walden waldo waldon wallace wallache wallas wallie wallis walliw wally walsh walt walther waly wanda wandie wandis
waneta wang wanids warde warden ware waring warren washington waverley waverly waylan wayland waylen waylin waylon
wayne webb weber webster weidar weider welbie welby welch wenda wendall wendel wendeline wendell wendi wendie wendy
wendye wenona wenonah werner wernher wesley westbrook westbrooke westleigh westley weston weylin whit whitaker whitby
whitman whitney whittaker wiatt wilbert wilbur wilburt wilden wildon wileen wilek wilfred wilfrid wilhelm wilhelmina
wilhelmine wilie willa willabella willamina willard willdon willem willetta willette willey willi william willie
willis willy willyt wilma wilmar wilmer wilmette wilona wilone wilow wilt wilton windham winfield winfred wini
winifield winifred winn winna winnah winne winni winnie winnifred winny winona winonah winslow winston winthrop witt
wittie witty wolfgang wolfie wolfy woodie woodman woodrow woody worden worthington worthy wrennie wright wyatan wyatt
wylie wylma wyndham wynne wynnie wynny xavier xaviera xena xenia xenos xerxes xever ximenes ximenez xylia xylina
xymenes yale yalonda yanaton yance yancey yancy yank yankee yard yardley yasmeen yasmin yehudi yehudit yelena yetta
yettie yetty yevette ynes ynez yoko yolanda yolande yolane yolanthe yorgo yorgos yorke yorker yoshi yoshiko yovonnda
ysabel yule yulma yuma yuri yurik yves yvette yvon yvonne yvor zabrina zaccaria zach zacharia zachariah zacharias
zacharie zachary zacherie zachery zack zackariah zahara zandra zane zaneta zara zarah zared zaria zarla zebadiah
zebedee zebulen zebulon zechariah zedekiah zeke zelda zelig zelma zena zenia zerk zilvia zita zitella zoe zola zollie
zolly zonda zondra zonnya zora zorah zorana zorina zorine zsazsa zulema zuzana
"""
