"""Given names heard in France, Belgium and Switzerland; those that are everyday words too count with a capital."""

_NAMES = """
abdel abdallah adam adama adele adèle adeline adrien agathe agnès ahmed aicha aïcha aimée alain alban albane albert
alex alexandra alexandre alexia alexis ali alice alicia aline alix aliénor alphonse amandine amélie amina amine amir
anaïs anatole andré andrée ange angèle angélique anissa anne annick annie anthony antoine antoinette apolline ariane
armand arnaud arthur assia astrid aude audrey augustin aurélie aurélien aurore axel aymeric aziz baptiste basile
bastien béatrice bénédicte benjamin benoît benoit bérengère bernadette bernard bertrand bilal boris brahim brice
brigitte bruno camille capucine carine carla carole caroline catherine cécile cédric céline chantal charlène charles
charlotte chloé christelle christian christiane christine christophe claire clara clarisse claude claudette claudine
clémence clément clémentine clotilde colette coline constance coralie corentin corinne cyril cyrille damien daniel
danièle danielle daphné david deborah delphine denis denise diane didier djamel dominique dorothée dylan édith edith
édouard elena eléonore éléonore eliane éliane élisa elisabeth élisabeth élise ella elodie élodie eloïse éloïse elsa
emeline emilie émilie émile emma emmanuel emmanuelle enzo éric eric erwan estelle esteban esther étienne eugène
eugénie eva eve evelyne éva ève évelyne fabien fabienne fabrice fadila farid fatiha fatima fatou faustine félix
ferdinand fernand fernande florence florent florian floriane franck francine francis franck françois françoise
frédéric frédérique gabin gabriel gabrielle gaël gaëlle gaétan gaspard gaston gauthier geneviève geoffrey georges
georgette gérald géraldine gérard germaine ghislain ghislaine gilbert gilberte gilles ginette gisèle grégoire grégory
guillaume gustave guy gwenaëlle habib hakim hamza hannah hassan hélène henri henriette hervé hippolyte honoré hubert
hugo hugues ibrahim ilyes imane inès ines ingrid irène iris isabelle ismaël ivan jacqueline jacques jade jamel jasmine
jean jeanine jeanne jeannine jennifer jérémie jérémy jérôme jessica joachim joanna jocelyne joël joëlle johanna johan
jonathan jordan joseph josephine joséphine josette josiane joyce jules julia julie julien julienne juliette justine
kader kamel karim karima karine katia kenza kevin kévin khadija khaled laetitia laëtitia laïla lamia laura laure
laurence laurent laurie laurine léa leïla léna léo léon léonard léonie leslie lila lilian liliane lilou lina linda
line lisa lise loïc lola loris louis louise louisa louna luc luca lucas lucette lucie lucien lucienne ludivine
ludovic lydia lydie lyna madeleine mael maël maëlle maëlys magali maxence malik malika malo mamadou manon manuel
marc marceau marcel marcelle margaux margot marguerite maria mariam mariama marianne marie mariette marine marion
marius marjorie marlène marthe martial martin martine maryse maryline mateo mathias mathieu mathilde mathis mathurin
matthieu maud maude maurice maurine max maxime maya mehdi mélanie melissa mélissa mélina mélodie mia michel michèle
michelle mickaël mila milan mireille mohamed mohammed moïse monique morgan morgane mouna mounir mourad moussa murielle
muriel myriam nabil nadège nadia nadine naël naïma nasser natacha nathalie nathan nathanaël nelly nicolas nicole nina
ninon noah noam noé noélie noémie nora nordine norbert odette odile olga olivia olivier omar oscar oumar pascal
pascale patrice patricia patrick paul paula paule paulette pauline perrine philippe philomène pierre pierrette
quentin rachel rachid rachida raphaël raphaëlle raoul raymond raymonde rayan régine régis rémi rémy renaud renée
rené ricardo richard robert robin roland rolande romain romane romuald roméo rosalie roxane ryan sabine sabrina sacha
said saïd salima salomé samia samir samira samuel samy sandra sandrine sara sarah sébastien selma séraphine serge
séverine sibylle sidonie simon simone sofia sofiane solange solène sonia sophie soraya stella stéphane stéphanie
steve steven suzanne swann sylvain sylvaine sylvette sylviane sylvie tanguy tania tatiana théo théodore théophile
thérèse thibaud thibault thibaut thierry thomas tiffany timéo timothée titouan tom toufik tristan ugo ursule valentin
valentine valérie vanessa vera véronique victor victoria vincent viviane virginie walid wendy wilfried william xavier
yacine yann yannick yasmina yasmine yassine yohan yohann youcef youssef yvan yves yvette yvon yvonne zacharie zahra
zineb zoé zohra
"""
GIVEN_NAMES = frozenset(_NAMES.split())
# Everyday words, or names of streets and brands as often as of people.
AMBIGUOUS = frozenset(
    {"ange", "aurore", "avril", "capucine", "claire", "clémence", "constance", "eve", "florence", "grégoire", "iris",
     "jade", "jasmine", "line", "lise", "marc", "marguerite", "marine", "martin", "max", "mia", "michel", "milan",
     "pierre", "prudence", "robin", "roland", "romane", "sacha", "said", "tom", "victor", "bernard", "louis", "gaston",
     "thérèse", "joseph", "marcel", "raoul", "oscar", "xavier", "william", "zoé", "honoré", "félix", "olive", "stella",
     "vera", "jean", "maxime", "juliette", "angèle", "modeste", "charlotte", "lola", "julienne", "madeleine", "laura",
     "victoria", "francis"}
)  # fmt: skip
