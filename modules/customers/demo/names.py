"""Names, streets and towns of the demo's customers. Whoever is called so is called so by chance."""

# ruff: noqa: SIM905 - a list of words is read best as a line of words

WOMEN = (
    "Agata Agnieszka Aleksandra Alicja Amelia Aneta Anna Barbara Beata Bożena Celina Dagmara "
    "Danuta Daria Dominika Dorota Edyta Elżbieta Emilia Ewa Ewelina Gabriela Grażyna Halina Hanna "
    "Helena Iga Ilona Irena Iwona Izabela Jadwiga Janina Joanna Jolanta Julia Justyna Kamila "
    "Karolina Katarzyna Kinga Klaudia Krystyna Lena Lidia Lucyna Magdalena Maja Małgorzata Maria "
    "Marta Martyna Milena Monika Natalia Nina Olga Oliwia Patrycja Paulina Renata Róża Sabina "
    "Sylwia Teresa Urszula Wanda Weronika Wiktoria Zofia Zuzanna Żaneta"
).split()

MEN = (
    "Adam Adrian Andrzej Antoni Artur Bartosz Bogdan Cezary Damian Daniel Dariusz Dawid Dominik "
    "Filip Grzegorz Hubert Igor Jacek Jakub Jan Jarosław Jerzy Kacper Kamil Karol Konrad Krzysztof "
    "Leszek Łukasz Maciej Marcin Marek Mariusz Mateusz Michał Mikołaj Norbert Oskar Patryk Paweł "
    "Piotr Przemysław Radosław Rafał Robert Roman Sebastian Stanisław Szymon Tomasz Wiktor Witold "
    "Wojciech Zbigniew"
).split()

# Those that end in -ski and -cki change with the person; the others do not.
SURNAMES = (
    "Adamski Andrzejewski Bąk Baran Baranowski Bednarek Błaszczyk Borkowski Brzeziński Chmielewski "
    "Cieślak Czarnecki Czerwiński Dąbrowski Domański Duda Dudek Gajewski Głowacki Górecki Górski "
    "Grabowski Jabłoński Jakubowski Jankowski Janowski Jasiński Jaworski Kaczmarczyk Kaczmarek "
    "Kaczor Kalinowski Kamiński Kaźmierczak Klimek Kołodziej Konieczny Kopeć Kowalczyk Kowalski "
    "Kozłowski Krajewski Krawczyk Król Krupa Kubiak Kucharski Kurek Kwiatkowski Lewandowski Lis "
    "Łuczak Maciejewski Majewski Makowski Malinowski Marciniak Markowski Matusiak Mazur Mazurek "
    "Michalak Michalski Mróz Nawrocki Nowak Nowakowski Nowicki Olszewski Ostrowski Owczarek "
    "Pawlak Pawłowski Pietrzak Piątek Polak Przybylski Ratajczak Rogowski Rutkowski Sadowski "
    "Sawicki Sikora Sikorski Skowroński Sobczak Sokołowski Stachowiak Stankiewicz Stępień "
    "Szczepański Szewczyk Szulc Szymański Szymczak Tomaszewski Tomczak Urban Urbański Walczak "
    "Wasilewski Wieczorek Wilk Witkowski Włodarczyk Wojciechowski Woźniak Wójcik Wróbel Wróblewski "
    "Wysocki Zając Zakrzewski Zalewski Zawadzki Zieliński Ziółkowski Żak"
).split()

STREETS = (
    "Akacjowa Brzozowa Cicha Długa Dworcowa Jagiellońska Jasna Kasztanowa Klonowa Kolejowa "
    "Konwaliowa Kościelna Kościuszki Krótka Kwiatowa Leśna Lipowa Łąkowa Mickiewicza Młyńska "
    "Modrzewiowa Narutowicza Nowa Ogrodowa Olszowa Orzechowa Parkowa Piaskowa Piękna Polna "
    "Poprzeczna Pogodna Rynek Sadowa Sienkiewicza Słoneczna Słowackiego Sosnowa Spokojna "
    "Spółdzielcza Szkolna Świerkowa Targowa Topolowa Wąska Wiśniowa Wodna Zielona Żeromskiego"
).split()

# (town, first two digits of its postal codes, how many of the customers live there)
TOWNS = (
    ("Warszawa", "02", 150),
    ("Kraków", "30", 120),
    ("Łódź", "91", 105),
    ("Gdańsk", "80", 95),
    ("Wrocław", "50", 55),
    ("Poznań", "61", 50),
    ("Gdynia", "81", 35),
    ("Szczecin", "70", 28),
    ("Lublin", "20", 26),
    ("Katowice", "40", 26),
    ("Bydgoszcz", "85", 22),
    ("Białystok", "15", 20),
    ("Częstochowa", "42", 16),
    ("Radom", "26", 14),
    ("Toruń", "87", 16),
    ("Kielce", "25", 14),
    ("Rzeszów", "35", 18),
    ("Gliwice", "44", 13),
    ("Olsztyn", "10", 13),
    ("Bielsko-Biała", "43", 13),
    ("Zielona Góra", "65", 10),
    ("Opole", "45", 10),
    ("Tarnów", "33", 9),
    ("Płock", "09", 8),
    ("Elbląg", "82", 8),
    ("Koszalin", "75", 7),
    ("Sopot", "81", 14),
    ("Zakopane", "34", 5),
    ("Pabianice", "95", 12),
    ("Zgierz", "95", 10),
    ("Wieliczka", "32", 10),
    ("Piaseczno", "05", 14),
)

BOUTIQUES = (
    "Butik Żółta Szafa sp.j.",
    "Moda na Rogu s.c.",
    "Pracownia Igła i Nitka",
    "Salon Mody Elegant",
    "Studio Stylu sp. z o.o.",
    "Galeria Ubrań Wierzba",
    "Szafa Grająca sp. z o.o.",
    "Fundacja Teatr Płócienny",
    "Hotel Pod Jesionem sp. z o.o.",
    "Agencja Kadr sp. z o.o.",
    "Kwiaciarnia Pod Lipą",
    "Zespół Pieśni Stokrotka",
    "Butik Zielone Drzwi",
    "Szycie i Spółka s.c.",
    "Restauracja Stary Młyn sp. z o.o.",
    "Biuro Podróży Horyzont sp. z o.o.",
    "Dom Sukni Anielka",
    "Teatr Na Piętrze",
    "Concept Store Brzeg",
    "Pensjonat Trzy Sosny",
    "Kawiarnia Ziarno sp. z o.o.",
    "Atelier Koronka",
    "Hurtownia Nitka sp. z o.o.",
    "Studio Fotografii Przesłona",
)
