"""Word lists by which news are judged; all folded (:func:`auld.people.fold`)."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LEGAL_FORMS = _words(
    """
    ab ag as bv co corp corporation cv gmbh gbr inc incorporated kg kgaa lda limited llc llp ltd ltda nv oy oyj plc
    pte pty sa sarl sas se sl spa srl ug
    """
)
"""Ends of company names."""

COMMON_IN_EMPLOYERS = _words(
    """
    academy agency analytics association associates bank business capital center centre city college company
    consulting council county department design development digital energy engineering enterprise enterprises europe
    finance financial firm foundation fund general global government group health holding holdings home hospital house
    independent industries institute international investment investments labs management marketing media medical
    ministry national network office partner partners private public research retired royal school schools science
    sciences security self employed freelance service services social society software solution solutions state studio
    studios systems team technical technologies technology trading trust united university universidade universitat
    universite hochschule unternehmen ventures world the and for und der die das von van des del
    """
)
"""Words that stand in the names of many employers."""

COMMON_IN_TITLES = _words(
    """
    account accounts administrator advisor adviser analyst architect area assistant associate board business chair
    chairman chairwoman chief client consultant coordinator corporate customer data deputy design designer developer
    development digital director division engineer engineering executive finance financial founder cofounder general
    global group head human independent information international junior lead leader legal manager managing marketing
    media member national office officer operating operations owner partner people planning president principal
    process product production professor program programme project quality regional relations representative research
    researcher resources sales secretary security senior service services software specialist staff strategy student
    supervisor support systems teacher team technical technology trainee treasurer vice with freelance retired
    geschaeftsfuhrer geschaftsfuhrer leiter leiterin diretor diretora gerente directeur directrice
    """
)
"""Words that stand in many job titles."""

RANKS = _words(
    """
    adjoint adjunct adjunto adjunta assistant assistente associate associado associada chief deputy director diretor diretora
    directeur directrice executive general head ii iii intern interim iv junior jr lead leader leiter leiterin leitender
    leitende managing manager partner president presidente principal regional senior sr staff stagiaire stellvertretender
    stellvertretende sub trainee vice vizeprasident werkstudent werkstudentin
    """
)
"""Words that make another job of a title that they are added to."""

ANYBODYS_DOMAINS = _words(
    """
    aol ac arcor bluewin blogspot co com edu email facebook fastmail freenet github gitlab gmail gmx googlemail gov
    hotmail icloud instagram laposte linkedin linktr live mac mail mailbox mastodon me medium msn net org orange
    outlook posteo proton protonmail sapo substack tumblr tutanota twitter wanadoo web wordpress www xing yahoo yandex
    youtube zoho bsky about t-online online
    """
)
"""Where everybody may have an address, or a page."""

SMALL = _words(
    """
    a an and are as at be by for from has have he her his in into is it its new of on or she that the their they this
    to was were who will with o e os um uma de da do em der die das und ein eine im am le la les des et un une el los
    las y il
    """
)
"""Words that a headline may have or leave out."""

# --- titles of calendar entries -----------------------------------------------------------------------------------------
MEETINGS = _words(
    """
    1on1 appointment beer beers breakfast brunch call catchup chat checkin coffee conversation dinner discussion drink
    drinks facetime hangout tel telco telefon telefone téléphone interview lunch meet meeting meetup phone ring skype sync
    talk tea teams videocall visit walk webex zoom
    almoço almoco jantar café cafe conversa chamada encontro ligar reunião reuniao telefonema
    abendessen anruf besprechung essen frühstück gespräch kaffee mittagessen telefonat termin treffen
    appel déjeuner dejeuner diner dîner rdv rendez-vous réunion reunion
    almuerzo cena comida llamada reunión caffè chiamata pranzo riunione
    """
)
"""What is done with somebody; in lower case, not folded."""

TITLE_FILLERS = _words(
    """
    a an the my our quick short brief weekly biweekly bi-weekly fortnightly monthly quarterly daily regular recurring intro
    introductory first virtual online remote video phone in-person private team's
    """
)
"""What may stand beside a word for a meeting without saying anything about whom it is with; not folded."""

TITLE_STOPS = _words("at re about regarding for from in on over to before after during until vs em no na sobre im am bei über")
"""Where a title that has named somebody goes on about something else."""

TITLE_ABOUT = _words("about by concerning for fur para por pour re regarding sobre uber von")
"""Between these and a name stands nobody whom one meets, but for whom or about whom something is; folded."""

OCCASIONS = _words(
    """
    birthday bday birthdays geburtstag geburtstage anniversaire aniversario cumpleanos compleanno verjaardag urodziny fodelsedag
    anniversary wedding jubilaum namenstag holiday holidays feriado feiertag ferie
    рождения dogum γενεθλια
    ooo vacation urlaub ferias vacaciones conges vacances sick krank
    """
)
"""Days to remember, and days off: they name people whom one need not meet."""

ERRANDS = _words(
    """
    abgesagt annule cancel cancelada cancelado canceled cancelled
    ask book buy contact draft email finish follow invite mail message order pay plan prep prepare print read remember remind
    reminder reply review send sign submit text thank think todo update wait whatsapp write
    gift present preparation notes geschenk notizen vorbereitung prenda presente cadeau regalo
    comprar enviar escrever lembrar pagar preparar antworten bezahlen kaufen schicken schreiben vorbereiten acheter
    ecrire envoyer
    """
)
"""Words that begin what one does for somebody, or about them."""

SHOWS = _words(
    """
    concert conference exhibition festival film game gig keynote lecture match movie opera premiere seminar show talks
    tournament webinar v versus vs
    """
)
"""What one goes to in a crowd: the name is that of whom one sees."""
