"""Names of many cultures, and how their bearers and others spell them.

A name is written ``Native|Spelling|Spelling~Nickname~Nickname``; ``_`` stands for a blank inside it. The given names under
``rare`` are given to one person each, so that a given name alone can tell somebody.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A given or a family name: as its bearers write it, in other spellings, and what friends say."""

    native: str
    spellings: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()


@dataclass(frozen=True)
class Culture:
    """``dial``: the country's calling code; ``mobile`` and ``landline``: patterns of national numbers, ``#`` is a digit.
    ``family_first``: how names are said. ``families``: how many family names one bears."""

    name: str
    dial: str
    mobile: str
    landline: str
    given: tuple[Word, ...]
    rare: tuple[Word, ...]
    family: tuple[Word, ...]
    family_first: bool = False
    families: int = 1


def _words(text: str) -> tuple[Word, ...]:
    words = []
    for entry in text.split():
        spelt, *nicknames = entry.replace("_", " ").split("~")
        native, *spellings = spelt.split("|")
        words.append(Word(native, tuple(spellings), tuple(nicknames)))
    return tuple(words)


def _culture(
    name: str,
    dial: str,
    mobile: str,
    landline: str,
    given: str,
    rare: str,
    family: str,
    *,
    first: bool = False,
    families: int = 1,
) -> Culture:
    return Culture(name, dial, mobile, landline, _words(given), _words(rare), _words(family), first, families)


CULTURES: tuple[Culture, ...] = (
    _culture(
        "Portuguese", "351", "91#######", "21#######",
        "Ana António~Tó Catarina~Cata Diogo Filipa~Pipa Gonçalo Inês João Luísa~Lu Manuel~Manel Margarida~Guida Miguel "
        "Nuno Rita Rui Sofia Tiago Vasco",
        "Briolanja Capitolina Dinarte Eurídice Leocádia Zulmira",
        "Almeida Andrade Barros Brandão Carvalho Coelho Correia Fonseca Gouveia Lima Magalhães Moreira Nogueira Pacheco "
        "Quintela Ramalho Sequeira Silva Teixeira Valadares dos_Santos da_Conceição",
        families=2,
    ),
    _culture(
        "Spanish", "34", "6########", "91#######",
        "Alejandro~Álex Beatriz~Bea Carmen Concepción~Concha Daniel Elena Francisco~Paco Guadalupe~Lupe Ignacio~Nacho "
        "Javier José~Pepe Lucía Manuela María_José~Marijose Nuria Pablo Rosario~Charo Sergio",
        "Eufrasia Gumersindo Leovigilda Nicanor Obdulia Wenceslao",
        "Aguirre Benítez Caballero Domínguez Echeverría Fernández Gallardo Hidalgo Iglesias Jiménez Lozano Montero "
        "Navarro Núñez Ortega Peña Quiroga Rivas Salcedo Urrutia",
        families=2,
    ),
    _culture(
        "German", "49", "1512#######", "30#######",
        "Anke Bernd Christoph~Chris Dörte Elke Friedrich~Fritz Günther|Guenther Hannelore~Hanne Jürgen|Juergen "
        "Katharina~Kathi Lukas Maximilian~Max Jörg|Joerg Petra Rüdiger|Ruediger Silke Stefan Ulrike~Uli",
        "Adelgunde Balduin Ermelinde Ludger Notburga Wendelin",
        "Ackermann Böttcher|Boettcher Dietrich Eberhardt Fuchs Groß|Gross Haberland Jäger|Jaeger Köhler|Koehler "
        "Lindemann Müller-Lüdenscheid|Mueller-Luedenscheid Neumann Oelschläger|Oelschlaeger Pfeiffer Rößler|Roessler "
        "Schäfer|Schaefer Tillmann Vogelsang von_Arnim Weiß|Weiss",
    ),
    _culture(
        "Dutch", "31", "6########", "20#######",
        "Anneke Bas Cornelis~Kees Daan Esmée Femke Gijs Hendrik~Henk Ingrid Jacobus~Koos Lieke Maarten Niels Pieter Roos "
        "Sanne Thijs Wouter",
        "Aaltje Dieuwertje Fokke Gosewijn Mechteld Wubbo",
        "Bakker de_Boer Dekker van_Dijk van_den_Berg ter_Horst Hoekstra de_Jong Kuiper van_Leeuwen Mulder Postma "
        "de_Ruyter Smit van_der_Meer Visser de_Vries van_'t_Hof Wiersma Zijlstra",
    ),
    _culture(
        "Polish", "48", "5########", "22#######",
        "Agnieszka~Aga Bartosz~Bartek Czesław Dorota~Dorotka Elżbieta~Ela Grzegorz~Grzesiek Iwona Jarosław~Jarek "
        "Katarzyna~Kasia Łukasz Małgorzata~Gosia Marek Paweł Przemysław~Przemek Stanisław~Staszek Tomasz~Tomek "
        "Wojciech~Wojtek Zofia~Zosia",
        "Bogumił Dobrosława Gniewomir Mścisław Świętosława Żegota",
        "Adamczyk Błaszczyk Cieślak Dąbek Głowacz Jabłoński|Jabłońska Kaczmarek Kowalczyk Łuczak Mazurek Nowak "
        "Olszewski|Olszewska Pająk Piątek Różycki|Różycka Śliwa Szczepaniak Wójcik Zając Żuraw",
    ),
    _culture(
        "Turkish", "90", "53########", "212#######",
        "Ayşe Bülent Çiğdem Deniz Emine Ferhat Gülşen Hakan İbrahim~İbo Kâzım Levent Mehmet~Memo Nurgül Özlem Rıdvan "
        "Selin Şule Yiğit",
        "Alparslan Bilge-Su Gökçenur Itır Tuğrul Ümmühan",
        "Akyüz Bozkurt Çelik Demir Erdoğdu Güneş Işık Karataş Koç Özdemir Öztürk Polat Şahin Tekin Tunç Uçar Uysal "
        "Yalçın Yıldız Yılmaz",
    ),
    _culture(
        "Vietnamese", "84", "9########", "24########",
        "Anh Bảo Chi Dũng Hạnh Hùng Hương Khánh Lan Linh Mai Minh Ngọc Phương Quân Thảo Trang Tuấn",
        "Diệp-Chi Hoài-An Khuê Sơn-Ca Thục-Quyên Uyển",
        "Bùi Châu Đặng Đinh Đỗ Dương Hoàng Hồ Huỳnh Lê Lương Lý Ngô Nguyễn Phạm Phan Tạ Trần Trịnh Võ",
        first=True,
    ),
    _culture(
        "Chinese", "86", "139########", "10########",
        "明|Ming 丽华|Lihua|Li-hua 建国|Jianguo 晓东|Xiaodong|Xiao-dong 秀英|Xiuying 伟|Wei 静怡|Jingyi 志强|Zhiqiang "
        "雪|Xue 海涛|Haitao 玉兰|Yulan 俊杰|Junjie 佳琪|Jiaqi 国栋|Guodong 婷婷|Tingting 浩然|Haoran",
        "墨涵|Mohan-Han 瑾瑜|Jinyu 璟雯|Jingwen 锦程|Jincheng 煜祺|Yuqi 歆瑶|Xinyao",
        "陈|Chen 董|Dong 冯|Feng 高|Gao 郭|Guo 韩|Han 黄|Huang 李|Li 梁|Liang 林|Lin 马|Ma 潘|Pan 宋|Song 孙|Sun 唐|Tang "
        "王|Wang 吴|Wu 徐|Xu 张|Zhang 赵|Zhao",
        first=True,
    ),
    _culture(
        "Japanese", "81", "90########", "3########",
        "愛|Ai 大輔|Daisuke 恵美|Emi 花子|Hanako 弘|Hiroshi 一郎|Ichirō|Ichiro 純子|Junko 健太|Kenta 真理子|Mariko "
        "直樹|Naoki 亮|Ryō|Ryo 桜|Sakura 翔太|Shōta|Shota 智子|Tomoko 裕子|Yūko|Yuko 裕樹|Yūki|Yuki",
        "梓|Azusa 栞|Shiori 颯|Hayate 凛太朗|Rintarō|Rintaro 蘭丸|Ranmaru 澪|Mio",
        "青木|Aoki 遠藤|Endō|Endo 藤井|Fujii 後藤|Gotō|Goto 橋本|Hashimoto 石川|Ishikawa 加藤|Katō|Kato 木村|Kimura "
        "小林|Kobayashi 松本|Matsumoto 森|Mori 中川|Nakagawa 西村|Nishimura 小川|Ogawa 斎藤|Saitō|Saito 佐藤|Satō|Sato "
        "清水|Shimizu 高橋|Takahashi 上田|Ueda 渡辺|Watanabe",
        first=True,
    ),
    _culture(
        "Korean", "82", "10########", "2########",
        "동현|Dong-hyun|Donghyun 은지|Eun-ji|Eunji 현우|Hyun-woo|Hyunwoo 지민|Ji-min|Jimin 지훈|Ji-hoon|Jihun "
        "경희|Kyung-hee|Kyunghee 민준|Min-jun|Minjoon 미영|Mi-young|Miyoung 상철|Sang-chul|Sangchul "
        "서연|Seo-yeon|Seoyeon 수진|Su-jin|Soojin 성민|Sung-min|Seongmin 영수|Young-soo|Youngsoo 유나|Yu-na|Yuna",
        "가온|Ga-on|Gaon 다솜|Da-som|Dasom 한별|Han-byul|Hanbyul 아라|A-ra|Ara 벼리|Byeo-ri|Byeori 솔|Sol",
        "배|Bae 차|Cha 조|Cho|Jo 최|Choi|Choe 한|Han 홍|Hong 황|Hwang 장|Jang|Chang 정|Jung|Jeong 강|Kang|Gang "
        "김|Kim|Gim 고|Ko|Goh 권|Kwon|Gwon 문|Moon|Mun 노|Roh|Noh 박|Park|Bak 신|Shin|Sin 서|Seo|Suh 윤|Yoon|Yun "
        "유|Yoo|Ryu",
        first=True,
    ),
    _culture(
        "Arabic", "971", "50#######", "4#######",
        "Abdullah|Abdallah Aisha|Aïcha Faisal|Faysal Fatima|Fatimah Hassan|Hasan Hussein|Husain Ibrahim|Ebrahim "
        "Khalid|Khaled Layla|Leila Mohammed|Muhammad|Mohamed Mustafa|Moustafa Nadia|Nadya Omar|Umar Rashid|Rachid "
        "Samira|Sameera Tariq|Tarek Yasmin|Yasmine Yusuf|Youssef",
        "Abdulmuhaymin Dujana Ghufran Jumanah Muthanna Wijdan",
        "Abbas al-Ansari|Al_Ansari al-Farsi|Alfarsi al-Masri|Al-Masry Badawi Darwish Fadel Ghanem Haddad|Hadad Hamdan "
        "Jaber Khoury Mansour|Mansur Najjar Qasim|Kassem Rahman|Rehman Saleh Shaheen Younis Zayed",
    ),
    _culture(
        "Indian", "91", "98########", "22########",
        "Aditya~Adi Ananya Arjun Bhavna Chandra Deepak Divya Gaurav Harish Ishita Karthik Lakshmi|Laxmi Meera|Mira "
        "Nikhil Pooja|Puja Rajesh~Raj Sunita Vikram~Vicky",
        "Chitrangada Hiranmayi Jagadisha Mrinalini Parthasarathy Tejaswini",
        "Agarwal|Aggarwal Banerjee Bhattacharya Chatterjee Choudhury|Chowdhury Desai Deshpande Ganguly Gupta Iyer|Aiyar "
        "Joshi Kapoor Kulkarni Mehta Mukherjee Nair Patel Reddy Sharma Srinivasan",
    ),
    _culture(
        "Icelandic", "354", "8######", "5######",
        "Ásgeir Birna Bjarni Dagný Einar Eyþór|Eythor Freyja Guðrún|Gudrun Gunnar Hjördís Ingibjörg~Inga Jökull Katrín "
        "Kristján Sigríður|Sigridur~Sigga Snorri Steinunn Þórdís|Thordis",
        "Aðalsteinn Brynhildur Dýrfinna Hallgerður Ísleifur Melkorka",
        "Ármannsson Björnsdóttir Einarsdóttir Finnbogason Friðriksson|Fridriksson Guðmundsdóttir|Gudmundsdottir "
        "Gunnarsson Halldórsdóttir Haraldsson Helgadóttir Jónsdóttir Jónsson Magnúsdóttir Ólafsson Ragnarsdóttir "
        "Sigurðsson|Sigurdsson Stefánsdóttir Sveinsson Þorsteinsson|Thorsteinsson Vilhjálmsdóttir",
    ),
    _culture(
        "Greek", "30", "69########", "21########",
        "Αλέξανδρος|Alexandros~Αλέκος Βασιλική|Vasiliki|Vassiliki Γιώργος|Giorgos|Yorgos Δημήτρης|Dimitris|Demetris "
        "Ελένη|Eleni Ευάγγελος|Evangelos~Βαγγέλης Ιωάννα|Ioanna|Joanna Κωνσταντίνος|Konstantinos|Constantinos~Κώστας "
        "Μαρία|Maria Νίκος|Nikos Παναγιώτης|Panagiotis|Panayotis Σοφία|Sofia|Sophia Σπύρος|Spyros|Spiros "
        "Χρήστος|Christos|Hristos",
        "Αριάδνη|Ariadni|Ariadne Ευρύκλεια|Evrykleia Λεωνίδας|Leonidas Μελπομένη|Melpomeni Πολυξένη|Polyxeni "
        "Θρασύβουλος|Thrasyvoulos",
        "Αγγελόπουλος|Angelopoulos Βασιλείου|Vasileiou Γεωργίου|Georgiou Δημόπουλος|Dimopoulos "
        "Ζαφειρόπουλος|Zafeiropoulos Ηλιάδης|Iliadis Θεοδωράκης|Theodorakis Καραγιάννης|Karagiannis Λάμπρου|Lambrou "
        "Μακρής|Makris Νικολάου|Nikolaou Οικονόμου|Oikonomou|Economou Παπαδόπουλος|Papadopoulos Ρήγας|Rigas "
        "Σταματίου|Stamatiou Τσιρώνης|Tsironis Φωτόπουλος|Fotopoulos Χατζής|Chatzis|Hatzis",
    ),
    _culture(
        "Russian", "7", "916#######", "495#######",
        "Александр|Aleksandr|Alexander~Саша Анастасия|Anastasiya|Anastasia~Настя Борис|Boris Владимир|Vladimir~Володя "
        "Галина|Galina Дмитрий|Dmitriy|Dmitry~Дима Екатерина|Yekaterina|Ekaterina~Катя Евгений|Yevgeniy|Evgeny "
        "Ирина|Irina Константин|Konstantin Людмила|Lyudmila|Ludmila Михаил|Mikhail|Michail "
        "Наталья|Natalya|Natalia~Наташа Сергей|Sergey|Sergei Татьяна|Tatyana|Tatiana Юлия|Yuliya|Julia",
        "Агриппина|Agrippina Всеслава|Vseslava Ермолай|Yermolay Калерия|Kaleriya Феофан|Feofan Ярополк|Yaropolk",
        "Белоус|Belous Бондаренко|Bondarenko Глинка|Glinka Гончар|Gonchar Громыко|Gromyko Деревянко|Derevyanko "
        "Живаго|Zhivago Зощенко|Zoshchenko|Zoschenko Кравчук|Kravchuk Лысенко|Lysenko Мельник|Melnik Одинец|Odinets "
        "Пастернак|Pasternak Рубан|Ruban Седых|Sedykh Ткаченко|Tkachenko Черных|Chernykh Шевченко|Shevchenko "
        "Щерба|Shcherba Яковлюк|Yakovlyuk",
    ),
    _culture(
        "English", "44", "7700######", "20########",
        "Alexandra~Alex Andrew~Andy Catherine~Kate Charles~Charlie Christopher~Chris Edward~Ted Elizabeth~Liz Emily "
        "James~Jim Jennifer~Jenny Margaret~Peggy Michael~Mike Oliver Patricia~Pat Richard~Dick Robert~Bob Susan~Sue "
        "Thomas~Tom Victoria~Vicky William~Bill",
        "Bartholomew Cressida Euphemia Peregrine Philippa Thaddeus",
        "Ashworth Blackwood Carmichael Davenport Ellington Fairbanks Goodwin Hathaway Kingsley Lockwood MacAllister "
        "Norwood O'Connor O'Neill Pemberton Radcliffe Sinclair Smith Thornton Whitaker",
    ),
    _culture(
        "French", "33", "6########", "1########",
        "Amélie Anne-Sophie Benoît Cécile Clément Dominique Élodie François Geneviève~Ginette Hélène Jean-Baptiste~JB "
        "Jean-Pierre~JP Jérôme Laurence Marie-Claire Mathilde Noémie Thérèse",
        "Adhémar Bérengère Cunégonde Eudes Gwendoline Tancrède",
        "Aubert Beaumont Chevalier D'Aubigné Delacroix Dupont-Moreau Fontaine Garnier Guérin Hébert L'Hermitte Lefèvre "
        "Marchand Noël Pélissier Perrin Rousseau de_la_Tour Vasseur Verdier",
    ),
)  # fmt: skip


FIRMS: tuple[str, ...] = (
    "Alder & Finch", "Amberline", "Arkwright Foods", "Atelier Brume", "Bauwerk Nord", "Beacon Labs", "Blueglass",
    "Borealis Data", "Calatrava Textil", "Cedarworks", "Cobalt Lines", "Corvus Marine", "Deltaplan", "Dorado Pharma",
    "Eastgate Media", "Ember Robotics", "Falke Optik", "Fjord Shipping", "Forja Atlântica", "Greenfield Legal",
    "Halcyon Air", "Hanami Design", "Harbour Bank", "Helios Solar", "Ironbridge", "Juniper Health", "Kestrel Mobility",
    "Kite & Co", "Lagoa Vinhos", "Lantern Books", "Maelstrom Energy", "Marble Arch Estates", "Meridian Rail",
    "Mosaico Studios", "Nautilus Water", "Nordlicht Theater", "Northwind Traders", "Oakhaven", "Orchid Clinics",
    "Osprey Capital", "Papyrus Verlag", "Pinhal Madeiras", "Polaris Insurance", "Quarry Stone", "Quillfeather",
    "Redwood Seeds", "Rialto Fashion", "Saffron Kitchens", "Sable Security", "Silverbirch Homes", "Starling Tours",
    "Tamarind Tea", "Tessera Software", "Thistle Wool", "Umbra Lighting", "Vantage Metrics", "Verde Mercado",
    "Westerly Yachts", "Willow Schools", "Zephyr Bikes",
)  # fmt: skip
LEGAL = ("Lda", "GmbH", "S.L.", "B.V.", "Ltd", "Inc.", "AG", "SARL", "Sp. z o.o.", "")
