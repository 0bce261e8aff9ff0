"""Short and familiar forms of given names, as they stand in address books: Bob of Robert, Zé of José.

A line holds names that may be the same person's; who may be short for two different names stands in two lines. What is not
here, a ``NICKNAME`` on the card tells. Deliberately short: never a man's name beside a woman's (Paul, Paula), for couples
share addresses.
"""

from __future__ import annotations

from functools import cache

from auld.people import fold

_LINES = """
    abigail abby gail
    agnieszka aga
    albert al bert bertie
    aleksandr alexander alexandre alex alec alejandro aleksander alessandro lex sandro sascha sasha xander sandy
    aleksandra alexandra alejandra alessandra alex sandra sascha sasha sandy lexi
    alfred alf alfie fred
    amanda mandy
    andrew andy drew
    andreas andi
    angela angie angelika geli
    anna ann anne anni annie anya anja
    anastasia nastya stacy
    anthony tony ant
    antonio antonin anton toni tonio toninho antoine
    arthur art artie
    barbara barb barbie babs bärbel
    bartholomew bart
    beatrice beatrix beatriz bea
    benjamin ben benny benji
    bernard bernhard bernie bernd
    brigitte birgit gitte gitta
    carla
    carolina caroline carol carrie caro
    catherine katherine kathryn katharine catarina katarina katharina ekaterina cathy kathy kate katie kat cat katya käthe
    charles charlie chuck chas carl carlos karl carlitos
    charlotte charlie lotte lottie
    christian chris christ
    christina christine cristina kristina kristin kirsten chris christy chrissy tina kris
    christopher christoph christophe chris kit kris topher stoffel
    clara claire klara
    claudia klaudia
    daniel dan danny dani
    david dave davey davy
    deborah debora debra deb debbie
    dieter dietrich didi
    dmitri dmitry dmitrii dmitriy dmytro dima
    donald don donny
    dorothy dorothea dorothee dot dottie doro dora
    douglas doug
    edward eduard eduardo eddie ed ned ted teddy edu
    elena helena helen helene hélène lena lenka ellen nell
    elizabeth elzbieta ela elisabeth elisabete isabel liz lizzie beth betty eliza elsa elise lisa libby lili bettina sissi
    emily emilia emma em millie
    ernest ernst ernesto ernie
    eugene gene evgeny yevgeny zhenya
    eva eve evi
    ferdinand fernando ferdi nando
    florian flo
    francis francisco franciszek frank franz francesco francois fran frankie paco pancho chico kiko
    frances francisca francesca franziska fran fanny franzi chica
    frederick friedrich frederik frédéric fred freddie freddy fritz rick
    gabriel gabe gabi
    gabriela gabriele gabriella gaby gabi gabby
    george georg jorge georges jörg giorgio jürgen
    gerald gerard gerhard gerry jerry gerd
    gertrude gertrud trudi trudy
    gregory gregor greg grigory
    guilherme gui
    günther gunter günter
    hans johannes johann john jan giovanni ivan hansi
    harold harald harry hal
    harriet hattie
    guadalupe lupe
    heinrich hendrik henk henry henri heinz henrique enrique hank harry heiner
    hubert bert hubi
    hugh hugo hughie
    ignatius ignacio nacho iggy
    inês agnes ines
    isabella isabel isabelle isa bella izzy bel
    ivan vanya
    jacob jakob jake jack
    jacqueline jackie
    james jim jimmy jamie jay
    janet jan jane
    jennifer jenny jen jenna
    jeffrey geoffrey jeff geoff
    jeremy jerry jem
    jessica jess jessie
    joanna johanna joan jo joana joanne hanna
    joachim joaquim joaquín jochen achim quim
    john jon jack johnny juan joão jean jhon
    jonathan jon jonny johnny nathan
    joseph josef josé jose joe joey jos zé pepe sepp giuseppe beppe
    josephine josefina jo josie fina pepa
    joshua josh
    judith judy judit
    julia julie juliana jules yulia
    julian julius jules
    karen karin
    kenneth ken kenny
    klaus nikolaus nicholas nicolas nikolai nick nicky nico niko claus klas kolya
    konrad conrad kurt
    konstantin constantine costa kostas
    laurence lawrence lorenz lorenzo larry laurie
    leonard leonhard leonardo leo len lenny
    lewis louis luis ludwig luiz lou luigi lutz
    louise luise luisa lou lulu
    lucas lukas luca luke luc
    madeleine magdalena maddie lena magda leni
    manuel manny manu manolo
    manuela manu
    margaret margarete margarita margarida marguerite maggie meg peg peggy greta gretel marge margie rita grete małgorzata gosia
    maria marie mary mia mitzi masha mariechen molly polly
    mark marc marcus markus marco
    martha marta
    martin marty
    matthew matthias mateus mathias mat matt matty mateo
    maximilian max maxi maxim
    melanie mel
    michael michel miguel mikhail mick micky mike mikey misha michal michele michi
    nathaniel nathan nate nat
    natalie natalia natalya natasha nat
    olga olya
    oliver olivier ollie olli
    patricia pat patty tricia trish
    patrick patrik pat paddy
    paul pavel paulo pablo paolo
    paulina pauline paula
    peter pete pedro pierre pietro petr piotr
    philip philipp phillip phil felipe filipe
    rachel rachael raquel rae
    raymond ray
    rajesh raj
    rebecca becca becky
    reginald reg reggie
    richard ricardo riccardo dick rich rick ricky richie
    robert roberto rob robbie bob bobby bert robin
    roland roly
    ronald ron ronnie
    rosemary rosemarie rose rosie romy
    rudolf rudolph rudi rudy
    rui ruy
    samuel sam sammy
    samantha sam sammy
    sarah sara sally
    sebastian sebastião basti seb bastian
    sergei sergey sergio serge seryozha
    siegfried sigi
    silvia sylvia sylvie
    simon simeon
    sofia sophia sophie sofie
    stanley stan
    stephen steven stefan stephan esteban steve stevie steffen étienne stephane
    stephanie stefanie stefania steph steffi stevie
    susan susanne susanna suzanne susana sue susie suzy susi sanne
    svetlana sveta
    tatiana tatyana tanja tania tanya
    teresa theresa therese terry tess tessa resi
    terence terry
    theodore theodor theo ted teddy
    thomas tomas tom tommy tomek thom
    timothy tim timo timmy
    tobias toby tobi
    ulrich uli ulli
    ulrike uli ulli rike
    ursula uschi ursel ulla
    valentin valentine val
    valerie val
    veronica veronika vera ronnie roni
    victor viktor vic
    victoria viktoria vicky vic tori
    vincent vincenzo vicente vince vinnie enzo
    vladimir volodymyr wladimir vova volodya
    walter walt wally
    werner verner
    wilhelm william guillermo guillaume will willi willy bill billy liam
    wolfgang wolf
    yuri juri iuri
    zachary zach zack
"""


@cache
def _lines_of() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(_LINES.strip().splitlines()):
        for word in fold(line).split():
            found[word] = (*found.get(word, ()), number)
    return found


def may_be_one_name(a: str, b: str) -> bool:
    """May two folded given names be the same person's? Also for equal ones."""
    lines = _lines_of()
    return a == b or not set(lines.get(a, ())).isdisjoint(lines.get(b, ()))


def is_given_name(word: str) -> bool:
    """Is a folded word one of the given names that are known here?"""
    return word in _lines_of()
