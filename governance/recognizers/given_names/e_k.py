"""Given names from E to K (stdlib-js datasets, CC0)."""

NAMES = """
eachelle eada eadie eadith eadmund ealasaid eamon earle earlie eartha earvin ebba eben ebeneser ebenezer eberhard
eberto ebonee ebony edan eddi eddie eddy edee edeline edgar edgard edgardo edie edik edin edita edith editha edithe
ediva edlin edmon edmund edna edouard edsel eduard eduardo eduino edvard edward edwin edwina edyth edythe effie efrem
efren egan egbert egon egor eileen eilis eimile eirena ekaterina elaina elaine elana elane elayne elbert elberta
elbertina elbertine elden eldin eldon eldredge eldridge eleanor eleanora eleanore electra eleen elena elene eleni
elenore eleonora eleonore elfie elfreda elfrida elfrieda elga elia elianora elianore elias elicia elie elihu elijah
elinor elinore eliot elisa elisabet elisabeth elisabetta elise elisha elissa elita eliza elizabet elizabeth elka elke
ella elladine ellary ellen ellene ellerey ellery ellette elli ellie elliot elliott ellis ellissa ellswerth ellsworth
ellwood elly ellyn ellynn elmer elmira elmo elmore elna elnar elnora elnore eloisa eloise elonore elora elroy elsa
elsbeth elset elsey elsi elsie elsinore elspeth elston elsworth elsy elton elva elvera elvin elvina elvira elvis elvyn
elwin elwira elwood elwyn elyn elyse elysee elysha elysia elyssa emalee emalia emanuel emanuele emelda emelen emelia
emelina emeline emelita emelyne emera emerson emery emile emilee emili emilia emilie emiline emilio emily emlen emlyn
emlynn emlynne emma emmalee emmaline emmalyn emmalynn emmalynne emmanuel emmeline emmerich emmery emmet emmett emmey
emmi emmie emmit emmott emmy emmye emogene emory emyle emylee engelbert englebert engracia enid ennis enoch enos
enrica enrichetta enrico enrika enrique enriqueta eolanda eolande ephraim ephrayim ephrem eran erasmus erastus erda
erek erena erhard erhart eric erica erich ericha erick ericka erie erik erika erin erina erinn erinna erma ermanno
ermengarde ermentrude ermin ermina erminia erminie erna ernaline ernest ernesta ernestine ernesto ernestus ernie ernst
erny errick errol erroll erskine ertha ervin erwin eryn esdras esma esmaria esme esmeralda esra essa essie essy esta
esteban estel estele estell estella estelle estevan esther estrella estrellita etan ethan ethe ethel ethelbert ethelda
ethelin ethelind etheline ethelred ethelyn ethyl etienne etta etti ettie ettore etty eudora euell eugene eugenia
eugenie eugenio eugenius eugine eula eulalie eunice euphemia eustace eustacia eva evaleen evan evangelia evangelin
evangelina evangeline evania evanne eveleen evelin evelina eveline evelyn everard evered everett evey evie evin evita
evonne evvie evvy evyn ewan eward ewart ewell ewen eyde eydie ezechiel ezekiel ezequiel eziechiele ezmeralda ezra ezri
fabe faber fabian fabiano fabien fabio faina fairfax fairleigh fairlie falito falkner fallon fanchette fanchon fancie
fanechka fania fanni fannie fanny fanya fara farah farand farica farlay farlee farleigh farley farlie farly farr farra
farrah farrand farrel farrell farris faulkner faun faunie faustina faustine fawne fawnia faydra faye fayette fayina
fayre fayth faythe federica federico fedora felecia felic felicdad felice felicia felicio felicity felicle felike
feliks felipa felipe felisha felita felix feliza felizio fenelia feodor feodora ferd ferdie ferdinand ferdinanda
ferdinande ferdy fergus ferguson fernanda fernande fernandina fernando ferne ferrel ferrell ferris fiann fianna fidel
fidela fidelia fidelio fidole fielding fifi fifine filbert filberte filberto filia filide filip filippa filippo filmer
filmore fina findlay findley finlay finley finn fiona fionna fionnula fiorenze fitz fitzgerald flem fleming flemming
fletch fletcher fleurette flin flinn flor florance flore florella florencia florentia florenza florette flori floria
florian florie florina florinda floris florri florrie florry flory flossi flossie flossy floyd flss flynn fons fonsie
fonz fonzie forbes forester forrest forrester forster foster fowler francene francesca francesco franchot francine
francisca francisco franciska franciskus francklin francklyn francois francoise francyne franklin franklyn franky
franni frannie franny frans fransisco frants franz franzen frasco fraser frasier frasquito frayda fraze frazer frazier
fred freda freddi freddie freddy fredek fredelia frederic frederica frederich frederick fredericka frederico frederigo
frederik frederique fredi fredia fredra fredric fredrick fredrika freedman freeland freeman freemon freida fremont
frieda friederike friedrich friedrick fritz fulton fulvia gabbey gabbi gabbie gabby gabe gabey gabi gabie gabriel
gabriela gabriele gabriell gabriella gabrielle gabriellia gabriello gabrila gaby gael gaelan gage gail gaile galen
galina gallagher gallard galvan galven galvin gamaliel gannie gannon ganny garald gard gardener gardie gardiner
gardner gardy gare garek gareth garey garfield garik garland garner garnette garold garrard garrek garret garreth
garrett garrick garrik garrot garrott garry garth garv garvey garvin garvy garwin garwood gary gaspar gaspard gasparo
gasper gaston gaultiero gauthier gavan gaven gavin gavra gavrielle gawain gawen gaye gayel gayelord gayla gayle
gayleen gaylene gayler gaylor gaylord gaynor gearalt gearard gelya gena genevieve genevra genia genna genni gennie
gennifer genny geno genovera genvieve geoff geoffrey geoffry georas geordie georg george georgeanna georgeanne
georgena georges georgeta georgetta georgette georgi georgiana georgianna georgianne georgie georgina georgine georgy
gerald geralda geraldine gerard gerardo gerda gerek gerhard gerhardine gerhardt geri gerianna gerianne gerick gerik
gerladina germain germaine germana germayne gerome gerrard gerri gerrie gerrilee gerry gert gerta gerti gertie gertrud
gertruda gertrude gertrudis gerty gery gherardo giacinta giacobo giacomo giacopo gian giana gianina gianna gianni
giavani gibb gibbie gibby gideon giff giffard giffer giffie gifford giffy gigi gilbert gilberta gilberte gilbertina
gilbertine gilberto gilburt gilda gilemette giles gillan gilles gilli gillian gillie gilligan gilly gina ginelle
ginevra ginni ginnie ginnifer gino giordano giorgi giorgia giorgio giovanna giovanni gipsy giralda giraldo giraud
gisela giselbert gisele gisella giselle giuditta giulia giulietta giulio giuseppe giustina giustino giusto gizela glad
gladi gladys gleda glenda glenden glendon glenine glenn glenna glennie glennis glori gloria gloriana gloriane glyn
glynda glynis glynn glynnis gnni godard godart goddard goddart godfree godfrey godfry godiva godwin golda goldarina
goldi goldia goldina goldy gonzales gonzalo goober goran goraud gordan gorden gordie gordon gordy gothart gottfried
gracia gracie gradeigh gradey grady graehme graeme graham graig gran grange granger grannie granny grantham granthem
grantley granville grata gratia gratiana grayce grazia greer greg gregg greggory gregoire gregoor gregor gregorio
gregorius gregory grenville greta gretal gretchen grete gretel grethel gretna gretta grier griff griffie griffin
griffith griffy gris griselda grissel griswold griz grove grover gualterio guendolen guenevere guenna guglielma
guglielmo guido guilbert guillaume guillema guillemette guillermo guinevere guinna gunar gunilla gunner guntar gunter
gunther gusella guss gussi gussie gussy gusta gustaf gustav gustave gustavo gustavus gusti gustie gusty guthrey
guthrie guthry gwen gwendolen gwendolin gwendolyn gweneth gwenette gwenneth gwenni gwennie gwenny gwenora gwenore gwyn
gwyneth gwynne hadlee hadleigh hadley hadria hadrian hagan hagen hailee hailey haily hakeem hakim haleigh halette
haley hali halie halimeda halley halli hallie hallsy hally halsey halsy hamel hamid hamil hamilton hamish hamlen
hamlin hammad hamnet hana hanan hanna hannah hanni hannie hannis hanny hans hansiain hanson harald harbert harcourt
harlan harland harlen harlene harley harli harlie harlin harman harmon harmonia harmonie harold haroun harri harrie
harriet harriett harrietta harriette harriot harriott harris harrison harry hartley hartwell harv harvey harwell
harwilll hasheem hashim haskel haslett hastie hastings hasty hatti hattie hatty hayden haydon hayes hayley hayward
haywood hayyim haze hazlett heall heather hebert hector heda hedda heddi heddie hedi hedvig hedvige hedwig hedwiga
hedy heida heidi heidie heindrick heinrick heinrik helaina helaine helen helena helene helenka helga helge helli
heloise helsa helyn henderson hendrick hendrik hendrika henka henri henrie henrieta henrietta henriette henrik henry
henryetta hephzibah herb herbert herbie herby herc hercule herculie heriberto herman hermann hermia hermie
hermina hermine herminia hermione hermon hermy hernando herold herrick hersch herschel hersh hershel herta hertha
herve hervey hester hesther hestia hetti hettie hetty hewe hewet hewett hewie hewitt heywood hieronymus hilario
hilarius hilary hilda hildagard hildagarde hilde hildegaard hildegarde hildy hillard hillary hillel hillery hilliard
hilliary hillie hillier hilly hillyer hilton hinda hinze hiram hirsch hobard hobart hobey hobie hodge hoebart hogan
holden holli hollie hollyanne holmes holt homer homere homerus honoria horace horacio horatia horatio horatius horst
hort horten hortense hortensia horton howard howey howie hube hubert huberto hubey hubie huey hugh hughie hugibert
hugo hugues hulda humbert humberto humfrey humfrid humfried humphrey hunfredo huntington huntlee hurlee hurleigh
hurley husain husein hussein hyacinth hyacintha hyacinthe hyacinthia hyacinthie hyman hymie hynda iago iain ian
ianthe ibbie ibby ibrahim ichabod idalia idalina idaline idell idelle idette iggie iggy ignace ignacio ignacius
ignatius ignaz ignazio igor ikey ilaire ilario ileana ileane ilene ilise ilka illa ilsa ilse ilysa ilyse ilyssa imelda
immanuel imogen imogene imojean indira ines inesita inessa inez inga ingaberg ingaborg ingamar ingar inge ingeberg
ingeborg ingelbert ingemar inger inglebert inglis ingmar ingra ingram ingrid ingrim ingunna inigo inna inness innis
iolande iolanthe iona iorgo iorgos iormina iosep irena irene irina irita irma irvin irvine irving irwin irwinn isaac
isaak isabel isabelita isabella isabelle isac isacco isador isadora isadore isahella isaiah isak iseabal isiahi isidor
isidora isidore isidoro isidro isis isobel issi issiah issie issy ivan ives ivett ivette ivie ivonne ivor izaak izabel
izak izzy jabez jacenta jacinda jacinta jacintha jacinthe jack jackelyn jacki jackie jacklin jacklyn jackquelin
jackqueline jackson jacky jaclin jaclyn jacob jacobo jacquelin jacqueline jacquelyn jacquelynn jacquenetta jacquenette
jacques jacquetta jacquette jacqui jacquie jacynth jada jaime jaimie jaine jake jakie jakob jamaal jamal james jameson
jamesy jamey jami jamie jamill jamima jamison jammal jammie jana janaya janaye jandy jane janean janeczka janeen janek
janel janela janella janelle janene janenna janessa janet janeta janetta janette janeva janey jania janice janie
janifer janina janine janis janith janka janna jannel jannelle janot jany jaquelin jaquelyn jaquenetta jaquenette
jaquith jarad jard jareb jared jarib jarid jarrad jarred jarret jarrett jarrid jarrod jarvis jase jasen jasmin jasmina
jasmine jason jasper jasun javier jaye jayme jaymee jaymie jayne jaynell jayson jazmin jdavie jeana jeane jeanelle
jeanette jeanie jeanine jeanna jeanne jeannette jeannie jeannine jecho jedd jeddy jedediah jedidiah jeff jefferey
jefferson jeffie jeffrey jeffry jeffy jehanna jehu jelene jemie jemima jemimah jemmie jemmy jen jena jenda jenelle
jeni jenica jeniece jenifer jeniffer jenilee jenine jenn jenna jennee jennette jenni jennica jennie jennifer jennilee
jennine jenny jeno jens jephthah jerad jerald jeralee jeramey jeramie jere jereme jeremiah jeremias jeremie jeremy
jeri jermain jermaine jermayne jerome jeromy jerri jerrie jerrilee jerrilyn jerrine jerrold jerrome jerry jerrylee
jervis jessa jessalin jessalyn jessamine jessamyn jesse jessee jesselyn jessey jessi jessica jessie jessika jessy
jesus jeth jethro jewell jewelle jill jillana jillane jillayne jilleen jillene jilli jillian jillie jilly jim jimmie
jimmy jinny joachim joan joana joane joanie joann joanna joanne joannes joaquin jobey jobi jobie jobina joby jobye
jobyna jocelin joceline jocelyn jocelyne jocko jodee jodi jodie jody joe joeann joel joela joelie joell joella joelle
joellen joelly joellyn joelynn joete joey johan johann johanna johannah johannes john johna johnath johnathan
johnathon johnette johnna johnnie johnny johny joice jojo jolee joleen jolene joletta joli jolie joline joly jolyn
jolynn jonah jonas jonathan jonathon jone jonell joni jonie jonis jordain jordan jordana jordanna jordon jorey jorgan
jorge jori jorie jorrie jorry jory joscelin jose josee josefa josefina joseito joseph josepha josephina josephine
josey josh joshia joshua joshuah josi josiah josias josie josselyn josy jourdain jourdan joya joyan joyann joyce
joycelin joye jozef jsandye juan juana juanita judah judas judd jude judi judie judith juditha judon judy judye juieta
jule julee jules juli julia julian juliana juliane juliann julianna julianne julie julienne julieta julietta juliette
julina juline julio julissa julita julius junette junia junie junina justen justin justina justine justinian justinn
justino justis justus jyoti kacey kacie kacy kaela kahaleel kahlil kaia kaila kaile kailey kain kaine kaiser kaitlin
kaitlyn kaitlynn kaja kakalina kale kaleb kaleena kalie kalil kalila kalina kalinda kalindi kalle kalli kally kalvin
kameko kamila kamilah kamillah kandace kandy kania kanya kara karalee karalynn kare karee kareem karel karen karena
kari karia karie karil karilynn karim karin karina karine kariotta karisa karissa karita karl karla karlan karlee
karleen karlen karlene karlens karlie karlik karlis karlotta karlotte karly karlyn karmen karna karney karol karola
karole karoline karoly karon karrah karrie karry kary karyl karylin karyn kasey kaspar kasper kass kassandra kassey
kassi kassia kassie katalin kate katee katerina katerine katey kath katha katharina katharine katharyn kathe katherina
katherine katheryn kathi kathie kathleen kathlin kathrine kathryn kathryne kathy kathye kati katie katina katine
katinka katleen katlin katrina katrine katrinka katti kattie katuscha katusha katy katya kaycee kaye kayla kayle
kaylee kayley kaylil kaylyn kayne kean keane kearney keary keefe keefer keelby keeley keelia keely keen keenan keene
keir keith kelbee kelby kelcey kelci kelcie kelcy kele kelila kellby kellen kelley kelli kellia kellie kellina kellsie
kelly kellyann kelsey kelsi kelsy kelvin kelwin kendal kendall kendell kendra kendre kendrick kendricks kenn kenna
kennan kennedy kenneth kennett kennie kennith kenny kenon kenton kenyon kerby keri keriann kerianne kerk kermie kermit
kermy kerr kerri kerrie kerrill kerrin kerstin kerwin kerwinn kesley keslie kessia kessiah ketti kettie ketty kevan
keven kevin kevina kevon kevyn khalil kiah kiel kiele kienan kiersten kikelia kile kiley kilian killian killie killy
kim kimball kimbell kimberlee kimberley kimberli kimberly kimberlyn kimble kimbra kimmi kimmie kimmy kincaid kingsley
kingsly kingston kinna kinnie kinny kinsley kipp kippar kipper kippie kippy kirbee kirbie kirby kirsten kirsteni
kirsti kirstin kirstyn kissee kissiah kissie kitti kittie kizzee kizzie klara klarika klarrisa klaus klemens klement
kleon kliment knox koenraad konrad konstance konstantin konstantine konstanze kora koral koralle kordula kore korella
koren koressa korey kori korie korney korrie korry kort kory kris krisha krishna krishnah krispin krissie krissy
krista kristal kristan kriste kristel kristen kristi kristian kristien kristin kristina kristine kristo kristofer
kristoffer kristofor kristoforo kristopher kristos kristy kristyn krysta krystal krystalle krystle krystyna kurt
kurtis kyla kyle kylen kylie kylila kylynn kynthia kyrstin
"""
