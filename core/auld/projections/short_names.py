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
    abraham bram avi
    agnieszka aga
    albert al bert bertie
    alberto beto
    aleksandr alexander alexandre alex alec alejandro aleksander alessandro lex sandro sascha sasha xander sandy
    aleksandra alexandra alejandra alessandra alex sandra sascha sasha sandy lexi
    alfred alf alfie fred
    amanda mandy
    anastasia nastya stacy
    andreas andi
    andrew andy drew
    angela angie angelika geli
    anna ann anne anni annie anya anja ania aneczka
    anthony tony ant
    antonio antonin anton toni tonio toninho antoine
    arthur art artie
    barbara barb barbie babs bärbel basia
    bartosz bartek bartlomiej bartholomew bart
    beatrice beatrix beatriz bea
    benjamin ben benny benji
    bernard bernhard bernie bernd
    brigitte birgit gitte gitta
    carla
    carolina caroline carol carrie caro
    catherine katherine kathryn katharine catarina katarina katharina ekaterina cathy kathy kate katie kat cat katya
    catherine katharina käthe kathi kati katarzyna
    katarzyna kasia
    charles charlie chuck chas carl carlos karl carlitos kalle
    charlotte charlie lotte lottie
    christian chris christ
    christina christine cristina kristina kristin kirsten chris christy chrissy tina kris
    christopher christoph christophe chris kit kris topher stoffel
    clara claire klara
    claudia klaudia
    concepcion concha conchi
    consuelo chelo
    cornelis kees cor
    daniel dan danny dani
    david dave davey davy
    deborah debora debra deb debbie
    dieter dietrich didi
    dimitrios dimitris mitsos dimitri
    dmitri dmitry dmitrii dmitriy dmytro dima
    dolores lola
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
    evangelos vangelis angelos
    ewa ewunia eva eve evi
    fatma fatos
    ferdinand fernando ferdi nando
    filipa pipa
    florian flo
    frances francisca francesca franziska fran fanny franzi chica kika
    francis francisco franciszek frank franz francesco francois fran frankie paco pancho chico kiko
    frederick friedrich frederik frédéric fred freddie freddy fritz rick
    gabriel gabe gabi
    gabriela gabriele gabriella gaby gabi gabby
    george georg jorge georges jörg giorgio jürgen jerzy jurek yorgos giorgos
    gerald gerard gerhard gerry jerry gerd
    gerrit gert
    gertrude gertrud trudi trudy
    gregory gregor greg grigory grzegorz grzesiek
    guadalupe lupe
    guilherme gui
    gunnar gunni
    günther gunter günter
    hannelore hanne lore
    hans johannes johann john jan giovanni ivan hansi joop
    harold harald harry hal
    harriet hattie
    heinrich hendrik henk henry henri heinz henrique enrique hank harry heiner quique
    hubert bert hubi
    hugh hugo hughie
    ibrahim ibo ibrahima
    ignatius ignacio nacho iggy
    ingibjorg inga
    inês agnes ines
    ioannis giannis yannis yiannis
    isabella isabel isabelle isa bella izzy bel
    ivan vanya
    jacob jakob jake jack jakub kuba jaap
    jacqueline jackie
    james jim jimmy jamie jay
    janet jan jane
    jeffrey geoffrey jeff geoff
    jennifer jenny jen jenna
    jeremy jerry jem
    jessica jess jessie
    joachim joaquim joaquín jochen achim quim
    joanna johanna joan jo joana joanne hanna asia
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
    konstantinos kostas costas dinos
    krzysztof krzysiek krzys
    lars lasse lorenz
    laurence lawrence lorenz lorenzo larry laurie
    leonard leonhard leonardo leo len lenny
    leszek lech
    lewis louis luis ludwig luiz lou luigi lutz gigi
    louise luise luisa lou lulu lu
    lucas lukas luca luke luc
    madeleine magdalena maddie lena magda leni
    manuel manny manu manolo nelo
    manuela manu nela
    marcin martin
    margaret margarete margarita margarida marguerite maggie meg peg peggy greta gretel marge margie rita grete małgorzata
    małgorzata gosia
    margarida guida
    maria marie mary mia mitzi masha mariechen molly polly
    marinus rinus
    mark marc marcus markus marco
    martha marta
    martin marty
    matthew matthias mateus mathias mat matt matty mateo
    maximilian max maxi maxim
    mehmet memo muhammed
    melanie mel
    mercedes merche
    michael michel miguel mikhail mick micky mike mikey misha michal michele michi misza michalis
    mohammed mohamed muhammad mohammad mo
    mustafa moustafa musti
    natalie natalia natalya natasha nat
    nathaniel nathan nate nat
    nils nisse niels nicholas
    olga olya
    oliver olivier ollie olli
    panagiotis takis
    patricia pat patty tricia trish
    patrick patrik pat paddy
    paul pavel paulo pablo paolo pawel
    paulina pauline paula
    peter pete pedro pierre pietro petr piotr piotrek pieter piet per pelle
    philip philipp phillip phil felipe filipe
    pilar pili
    przemyslaw przemek
    rachel rachael raquel rae
    rajesh raj
    raymond ray
    rebecca becca becky
    reginald reg reggie
    richard ricardo riccardo dick rich rick ricky richie
    robert roberto rob robbie bob bobby bert robin
    roland roly
    ronald ron ronnie
    rosario charo
    rosemary rosemarie rose rosie romy
    rudolf rudolph rudi rudy
    rui ruy
    samantha sam sammy
    samuel sam sammy
    sanjay sanju
    sarah sara sally
    sebastian sebastião basti seb bastian
    sergei sergey sergio serge seryozha
    siegfried sigi
    sigurdur siggi
    silvia sylvia sylvie
    simon simeon
    sofia sophia sophie sofie zofia zosia
    stanislaw staszek stas
    stanley stan
    stephanie stefanie stefania steph steffi stevie
    stephen steven stefan stephan esteban steve stevie steffen étienne stephane
    susan susanne susanna suzanne susana sue susie suzy susi sanne
    svetlana sveta
    tatiana tatyana tanja tania tanya
    terence terry
    teresa theresa therese terry tess tessa resi
    theodore theodor theo ted teddy
    thomas tomas tom tommy tomek thom tomasz
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
    vikram vicky vik
    vincent vincenzo vicente vince vinnie enzo
    vladimir volodymyr wladimir vova volodya
    walter walt wally
    werner verner
    wilhelm william guillermo guillaume will willi willy bill billy liam willem wim
    wojciech wojtek
    wolfgang wolf
    yasmin yasmine jasmin jasmine
    youssef yusuf yousef joseph
    yuri juri iuri
    zachary zach zack
    zbigniew zbyszek
    zeynep zeyno
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
