"""Word lists by which news entries are judged; all folded (:func:`auld.people.fold`). English, German, French, Spanish,
Portuguese, Italian and Dutch."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SENSITIVE = _words(
    """
    obituary obituaries obit died dies dead death deceased funeral mourn mourns mourned mourning condolence condolences
    murder
    murdered murderer kill killed kills killing manslaughter homicide suicide stabbed stabbing shooting crash victim arrest
    arrested charged indicted indictment convicted conviction sentenced jailed jail prison guilty accused lawsuit sued sues
    fraud
    embezzlement bribery trafficking assault assaulted rape raped abuse abused harassment theft robbery hospitalised
    hospitalized
    injured bankruptcy bankrupt insolvency insolvent receivership liquidation layoff layoffs redundancy redundancies sacked
    fired
    ousted scandal misconduct
    verstorben verstorbene verstarb gestorben starb todesanzeige tod toter nachruf trauer trauert trauern trauerfeier
    beerdigung mord ermordet totschlag verungluckt verhaftet festgenommen verurteilt angeklagt anklage razzia betrug
    veruntreuung
    bestechung korruption insolvenz insolvent pleite konkurs entlassung entlassungen entlassen gefeuert stellenabbau
    massenentlassung massenentlassungen kundigung kundigungen kundigungswelle skandal
    deces decede decedee mort morte meurtre obseques deuil necrologie assassine assassinat arrete arretee inculpe
    inculpee condamne condamnee accuse accusee escroquerie faillite licenciement licenciements licencie licenciee licencies
    scandale harcelement
    fallece fallecio fallecido fallecida fallecimiento murio muere muerte muerto muerta obituario esquela luto asesinato
    asesinado
    asesinada homicidio detenido detenida condenado condenada acusado acusada imputado imputada estafa soborno malversacion
    quiebra insolvencia despido despidos despedido despedida escandalo acoso
    obito morreu morre faleceu falece falecimento falecido falecida funeral funerais velorio assassinato assassinado
    assassinada
    detido detida arguido arguida condenacao fraude burla suborno corrupcao falencia insolvente despedimento despedimentos
    demissao demissoes demitido demitida escandalo assedio
    morto deceduto deceduta scomparso necrologio necrologi lutto omicidio assassinato ucciso uccisa arrestato arrestata
    indagato
    indagata condannato condannata truffa corruzione fallimento bancarotta licenziamento licenziamenti licenziato licenziata
    licenziati scandalo
    overleden overlijden overleed dood gestorven uitvaart begrafenis rouw rouwt condoleance moord vermoord doodslag
    gearresteerd
    aangehouden veroordeeld beschuldigd verdachte fraude oplichting omkoping faillissement failliet ontslag ontslagen
    ontslaan
    schandaal
    """
)
"""Death, crime, dismissal, insolvency and other misfortune: no occasion to congratulate."""

SENSITIVE_PHRASES = (
    "passed away", "passes away", "rest in peace", "in loving memory", "laid off", "lays off", "lay off", "job cuts",
    "cuts jobs", "staff cuts", "found dead", "pleads guilty", "under investigation",
    "ums leben", "ist tot", "tot aufgefunden", "vor gericht", "im alter von", "baut stellen ab",
    "est mort", "est morte", "mis en examen", "mise en examen", "plan social", "garde a vue",
    "redressement judiciaire", "liquidation judiciaire",
    "concurso de acreedores", "regulacion de empleo", "ha muerto",
    "foi preso", "foi presa", "esta preso", "esta presa", "morre aos", "processo de insolvencia",
    "e morto", "e morta", "si e spento", "si e spenta", "in carcere", "e stato arrestato",
    "surseance van betaling", "komt om het leven", "schrapt banen",
)  # fmt: skip

NAMED_AFTER = _words(
    """
    street avenue road lane square park hall house stadium arena school college academy museum library hospital bridge
    airport
    foundation prize award awards medal trophy cup memorial scholarship lecture fellowship statue building centre center
    strasse platz allee schule gymnasium halle haus stiftung preis medaille gedachtnis denkmal
    rue boulevard ecole college lycee prix fondation medaille hopital pont musee stade
    calle avenida plaza paseo colegio instituto escuela premio fundacion parque estadio hospital biblioteca
    rua praca escola largo fundacao ponte estadio jardim premio
    via piazza viale scuola liceo fondazione ponte museo
    straat plein laan school stichting prijs brug
    """
)
"""Beside a name they tell that something was named after somebody."""

PROFESSIONS = _words(
    """
    footballer soccer striker goalkeeper midfielder defender quarterback cricketer golfer boxer jockey swimmer sprinter
    cyclist
    athlete olympian coach player skater wrestler
    actor actress singer rapper guitarist drummer dj comedian musician pianist violinist composer dancer influencer youtuber
    painter sculptor poet novelist author filmmaker playwright
    senator mayor congressman congresswoman councillor councilman councilwoman mp governor minister judge sheriff constable
    policeman policewoman sergeant soldier pastor reverend rev priest bishop rabbi nun farmer teacher nurse plumber waitress
    hairdresser student pensioner
    fussballer fussballerin torwart sturmer schauspieler schauspielerin sanger sangerin musiker musikerin komponist dichter
    malerin maler burgermeister burgermeisterin abgeordneter abgeordnete pfarrer pfarrerin richter richterin landwirt lehrer
    lehrerin rentner rentnerin polizist polizistin
    footballeur footballeuse acteur actrice chanteur chanteuse comedien comedienne humoriste peintre poete romancier
    romanciere
    maire depute deputee juge agriculteur institutrice infirmiere retraite retraitee gendarme
    futbolista delantero portero actriz cantante poeta pintor pintora alcalde alcaldesa diputado diputada senador senadora
    jueza
    torero enfermera jubilado jubilada
    futebolista avancado ator atriz cantor cantora fadista pintora autarca deputada juiz juiza professora reformado
    reformada
    calciatore calciatrice portiere attore attrice cantante pittore pittrice sindaco sindaca deputato deputata giudice
    parroco
    pensionato pensionata
    voetballer voetbalster acteur actrice zanger zangeres schilder burgemeester wethouder rechter kamerlid
    verpleegkundige gepensioneerde
    """
)
"""What people in the news are who are nobody's business contact, unless the card says the same."""

MASCULINE = {
    "mr": True, "mister": True, "sir": True, "lord": True, "herr": True, "herrn": True, "monsieur": True, "senor": True,
    "senhor": True, "signor": True, "meneer": True, "heer": True, "don": True, "king": True,
    "mrs": False, "ms": False, "miss": False, "dame": False, "lady": False, "frau": False, "madame": False, "mme": False,
    "senora": False, "senhora": False, "dra": False, "dona": False, "signora": False, "mevrouw": False, "mevr": False,
    "queen": False,
}  # fmt: skip
"""Forms of address -> whether they are a man's."""

LABELS = _words(
    """
    address archive archived automatically card cards christmas client clients colleague colleagues company competitor contact
    contacts coworker coworkers customer customers default emergency ex exported family favorite favorites favourite favourites
    follow followers former friend friends google group home icloud import imported inactive inner internal linkedin list
    mycontacts neighbor neighbors neighbour neighbours new newsletter office old other others outlook partner partners people
    personal phone prio priority private prospect prospects recruiter school school staff starred supplier suppliers synced team
    todo university untagged vendor vendors vip weihnachten weihnachtskarte whatsapp work xmas
    arbeit bekannte familie firma freunde geschaftlich kollege kollegen kollegin kollegium kunde kunden lieferant lieferanten
    mitarbeiter nachbarn privat schule studium verein wichtig
    amis bureau client clients collegue collegues ecole famille fournisseur fournisseurs prive travail voisins
    amigos clientes companeros contactos escuela familia oficina privado proveedores trabajo vecinos
    amigos clientes colegas contactos escola familia fornecedores pessoal privado trabalho vizinhos
    amici casa clienti colleghi contatti famiglia fornitori lavoro scuola ufficio vicini
    collega collegas familie klant klanten kantoor leverancier leveranciers vrienden werk
    """
)
"""Labels of cards that sort people, and are nobody's interest."""
