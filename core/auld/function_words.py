"""Words that carry no meaning by themselves, by language; they tell in which language a text is written."""

from __future__ import annotations

_TEXTS = {
    "en": """
        the of and to in for is on that with by as at from was are be this it an or has have will its not but after their more
        his her who they we you about into how what why when over new says than up out our your can all one been were which
    """,
    "de": """
        der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie
        nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein
        wurde sei ihr ihre seine gegen vom unter neue neuer neues
    """,
    "fr": """
        le la les de des et du un une en à au aux pour dans que qui sur par plus est ne pas ce il elle se son sa ses avec ou
        sont cette leur été mais nous vous ont ces comme après entre chez sous ans j l d qu n s c nouveau nouvelle
    """,
    "es": """
        el la los las de del y en que un una por con para su sus se al lo como más es no ha son este esta entre sobre desde
        pero sin tras hasta también fue ser le ya muy años nuevo nueva
    """,
    "pt": """
        o a os as de do da dos das e em no na nos nas um uma que por com para se ao à aos mais como é não foi são seu sua pelo
        pela entre sobre após até também mas ser tem já anos novo nova
    """,
    "it": """
        il lo la i gli le di del della dei delle dello e in nel nella un una uno che per con su da dal dalla al alla si non è
        sono più come anche ma dopo tra ha suo sua nuovo nuova l d anni ai agli
    """,
    "nl": """
        de het een en van in op te dat die is voor met zijn niet aan er om ook als bij door naar uit over wordt nog maar of
        heeft worden tot meer dit deze zich hun haar na werd nieuwe
    """,
}

FUNCTION_WORDS: dict[str, frozenset[str]] = {language: frozenset(text.split()) for language, text in _TEXTS.items()}
"""As texts write them, in lower case."""

_VAGUE = """
    about advice anybody anyone anything area best business businesses colleague colleagues companies company connect
    connection connections contact contacts everything experience expert experts expertise find friend friends general good
    great group help idea ideas information interest interested interesting interests intro introduction introductions job jobs
    know knowledge life looking look management manager matter matters member misc miscellaneous need needed needs network
    offer offers other others partner partners people person personal place places private professional project projects
    question questions search service services skill skills somebody someone something start stuff support team thing things
    things time topic topics various want wants week work working works world year years
    alles arbeit beruf bereich beste experte experten firma firmen freund freunde hilfe idee ideen jemand jemanden kontakt
    kontakte leben leute mensch menschen partnerschaft person projekt projekte suche thema themen unternehmen verschiedenes welt
    ajuda alguem alguém amigo amigos contacto contactos contato empresa empresas gente ideia ideias negócio negócios pessoa
    pessoas projeto projetos trabalho vida
    ami amis aide besoin entreprise entreprises gens idée idées personne personnes projet projets quelqu travail vie
    alguien amistad amistades ayuda contactos negocio negocios persona personas proyecto proyectos trabajo
    aiuto amici amico aziende azienda contatti gente lavoro persone progetti progetto qualcuno
    bedrijf bedrijven contacten hulp iemand mensen vriend vrienden werk
"""
VAGUE = frozenset(_VAGUE.split())
"""Words that fit anybody's needs and interests: two people who share one of them share nothing."""
