"""What people write to each other once both have said yes: short, friendly, and often in two languages."""

#: Language of the first writer -> conversations; each line is (who writes: 0 or 1, what).
TALKS: dict[str, tuple[tuple[tuple[int, str], ...], ...]] = {
    "en": (
        (
            (0, "Hi! How nice that you said yes. Shall we start with a coffee?"),
            (1, "Hoi! Yes please. I like the library café, it is quiet there in the morning."),
            (0, "Perfect. I bring my Dutch book and you bring patience :)"),
            (1, "Deal. And you correct my English!"),
        ),
        (
            (0, "Hello, I read that you also like walking. Do you know the path along the stream?"),
            (1, "I walk there every Sunday with my dog. Come along!"),
            (0, "I would love that. Is the dog big?"),
            (1, "Very small and very lazy. You will be friends."),
        ),
        (
            (0, "Thank you for last week, I laughed a lot."),
            (1, "Me too. My neighbour asked who the cheerful people were."),
            (0, "Same place on Thursday?"),
        ),
        (
            (0, "I went to the doctor by myself and said everything in Dutch!"),
            (1, "Wauw! Trots op je! And did he answer in English?"),
            (0, "Of course he did. But I went on in Dutch."),
        ),
    ),
    "nl": (
        (
            (0, "Hallo! Leuk dat we elkaar gaan ontmoeten. Ik woon hier al dertig jaar."),
            (1, "Hallo! Mijn Nederlands is nog klein. Mag ik fouten maken?"),
            (0, "Heel graag zelfs. Ik praat langzaam, beloofd."),
            (1, "Dank je wel! Tot donderdag."),
        ),
        (
            (0, "Zullen we samen naar de markt op zaterdag? Dan oefenen we met de kaasboer."),
            (1, "Ja graag! Ik wil leren: hoeveel kost een halve kilo?"),
            (0, "En ik wil leren koken zoals jij vertelde."),
        ),
    ),
    "es": (
        (
            (0, "¡Hola! ¿Te parece si la primera media hora hablamos español y después neerlandés?"),
            (1, "¡Sí! Mi español es de vacaciones, pero tengo muchas ganas."),
            (0, "El mío de neerlandés es de supermercado, así que vamos bien."),
        ),
    ),
    "pt": (
        (
            (0, "Oi! Obrigada por aceitar. Eu faço pão de queijo se você me ensinar a andar de bicicleta."),
            (1, "Combinado! Eu falo um pouco de português, devagar."),
            (0, "Devagar é ótimo. Até quinta!"),
        ),
    ),
    "fr": (
        (
            (0, "Bonjour ! Un café jeudi matin, moitié en français, moitié en néerlandais ?"),
            (1, "Avec plaisir. Je connais un endroit avec de bons gâteaux."),
        ),
    ),
    "tr": (
        (
            (0, "Merhaba! Ben çay getiririm, sen kelimeleri getir."),
            (1, "Merhaba! Çok güzel. Ik leer Turks met een boek uit 1984, dus help me."),
            (0, "O kitap benden yaşlı! Perşembe görüşürüz."),
        ),
    ),
    "ar": (
        (
            (0, "مرحبا! هل نبدأ بفنجان قهوة في المكتبة؟"),
            (1, "أهلا! Ja, leuk. Ik kan al tot tien tellen: واحد، اثنان، ثلاثة..."),
            (0, "ممتاز! وأنا أعرف كل الأيام بالهولندية."),
        ),
    ),
    "uk": (
        (
            (0, "Добрий день! Дякую, що відповіли. Я можу після роботи, о шостій."),
            (1, "Hoi! Zes uur is prima. Ik neem appeltaart mee."),
        ),
    ),
    "zh": (
        (
            (0, "你好！周六上午你有空吗？"),
            (1, "Hallo! Zaterdag is goed. 我会说一点点中文。"),
            (0, "太好了！Dan oefenen we allebei."),
        ),
    ),
    "de": (
        (
            (0, "Hallo, wollen wir eine Runde laufen und dabei Niederländisch üben?"),
            (1, "Gerne! Maar niet te snel: ik ben vijftig en jij niet."),
        ),
    ),
    "hi": (
        (
            (0, "Namaste! I can teach you to cook dal, and you can teach me 'g'."),
            (1, "The g is easy: think of a fishbone. The dal will be harder."),
            (0, "Hahaha, धन्यवाद! See you on Saturday."),
        ),
    ),
}
