"""Texts without any furniture, and pieces of furniture, all written for the tests of the line model."""

from __future__ import annotations

from typing import Final

PROSE: Final = (
    "The harbour master said on Tuesday that the repairs to the northern quay would take longer than expected.",
    "Two of the cranes had been out of service since the storm, and spare parts were hard to come by, he said.",
    "Several members asked whether the ferries could use the old pier until the work was done, but the answer was no.",
    "The pier, built more than a hundred years ago, was closed when its foundations were found to be unsafe.",
    "An engineer's report, which the council had asked for in spring, put the price of the repairs at three millions.",
    "That money was not in the budget, the treasurer said, and would have to be borrowed or taken from the road fund.",
    "The council will come together again next month to decide which of the two it is going to be.",
    "Until then, passengers are asked to use the southern terminal, where a shuttle bus leaves every twenty minutes.",
)
GERMAN: Final = (
    "Der Hafenmeister sagte am Dienstag, die Arbeiten am nördlichen Kai würden länger dauern als zunächst erwartet.",
    "Zwei der Kräne stehen seit dem Sturm still, und Ersatzteile sind nach seinen Worten kaum zu bekommen.",
    "Mehrere Mitglieder fragten, ob die Fähren so lange am alten Anleger festmachen könnten, doch das geht nicht.",
    "Der mehr als hundert Jahre alte Anleger war geschlossen worden, als man sein Fundament für unsicher hielt.",
    "Ein Gutachten, das der Rat im Frühjahr bestellt hatte, beziffert die Kosten auf etwa drei Millionen.",
    "Das Geld ist im Haushalt nicht vorgesehen, sagte der Kämmerer, und müsste geliehen werden.",
    "Der Rat kommt im nächsten Monat wieder zusammen, um zwischen den beiden Wegen zu entscheiden.",
    "Bis dahin sollen Fahrgäste den südlichen Anleger benutzen, zu dem alle zwanzig Minuten ein Bus fährt.",
)
SPANISH: Final = (
    "El capitán del puerto dijo el martes que las obras del muelle norte durarán más de lo que se esperaba.",
    "Dos de las grúas están paradas desde la tormenta y, según explicó, es difícil conseguir los repuestos.",
    "Varios concejales preguntaron si los barcos podían usar el muelle viejo mientras tanto, pero no es posible.",
    "El muelle, construido hace más de cien años, se cerró cuando se vio que sus cimientos no eran seguros.",
    "Un informe que el ayuntamiento encargó en primavera calcula que las obras costarán unos tres millones.",
    "Ese dinero no está en el presupuesto, dijo la tesorera, y habría que pedirlo prestado a algún banco.",
    "El pleno volverá a reunirse el mes que viene para decidir cuál de los dos caminos se va a seguir.",
    "Hasta entonces se ruega a los pasajeros que usen la terminal sur, adonde sale un autobús cada veinte minutos.",
)


def _text(*lines: str) -> str:
    return "\n".join(lines)


LEFT_ALONE: Final = {
    "prose": "\n\n".join(PROSE),
    "German prose": "\n".join(GERMAN),
    "Spanish prose": "\n\n".join(SPANISH),
    "verse": _text(
        "The mill wheel turns though none is there,", "The water has forgotten why,",
        "A heron stands as still as prayer", "And holds the whole of the grey sky.", "",
        "My father's father cut this stone", "And laid it where the shallows run;",
        "He never knew it would alone", "Outlast the things that he had done.",
    ),
    "dialogue": _text(
        "“Where were you?” she asked.", "“Out on the ice.”", "“All night?”", "“Most of it. The wind had turned.”",
        "She put the kettle on and said nothing for a while.", "“You could have died.”", "“I know.”",
        "“Then why did you go?”", "He looked at his hands, which were still red from the cold.",
    ),
    "recipe": _text(
        "Onion soup for four", "6 large onions", "50 g butter", "1 litre stock", "1 glass dry white wine",
        "Salt, pepper, thyme", "Slice the onions and let them turn brown in the butter; it takes an hour.",
        "Add the wine, let it boil away, then pour in the stock and simmer for twenty minutes.",
        "Serve with toasted bread and grated cheese.",
    ),
    "list": _text(
        "What to take along for a week in the hut, if you carry everything yourself:", "- a sleeping bag liner",
        "- two pairs of woollen socks", "- a rain jacket that really is waterproof", "- a torch and batteries",
        "- matches in a tin", "- flour, oats, dried fruit and tea", "- a map, because there is no signal",
        "Leave the rest at home. Every gramme is felt after the second pass, and the hut has blankets and pots.",
    ),
    "table": _text(
        "The winners of the regatta and their times are given in the table below.",
        "| boat | crew | time |", "| Seagull | 4 | 2:14:07 |", "| Morning Star | 5 | 2:15:31 |",
        "| Albatross | 4 | 2:19:55 |", "| Three Sisters | 6 | 2:21:02 |", "| Old Tom | 3 | 2:40:18 |",
        "The wind was light at first and turned north at noon, which helped the heavier boats on the last leg.",
        "Two boats gave up: one lost its mast, the other came too late to the start.",
    ),
    "code": _text(
        "The greatest common divisor of two numbers is found by Euclid's method, here written as a loop:",
        "def gcd(a, b):", "    while b:", "        a, b = b, a % b", "    return a", "print(gcd(12, 18))",
        "The loop ends because b becomes smaller with every round and is never negative.",
        "What is left in a divides both numbers, and no greater number does.",
    ),
    "headings": _text(
        "Keeping bees in a small garden", "Where to put the hive",
        "The morning sun should reach the entrance, and the wind should not. A hedge behind the hive is enough.",
        "What they need",
        "Water within two hundred metres, flowers from March to October, and to be left in peace.",
        "When to harvest",
        "Not before the combs are sealed. Honey taken too early holds too much water and ferments.",
    ),
    "forum": _text(
        "How do I get rust off a cast iron pan?",
        "My grandmother left me a pan that has been in the shed for years, and is brown all over. Can it be saved?",
        "Yes, it can. Scrub it with coarse salt and half a potato, rinse, dry it on the stove, then oil it.",
        "I would use steel wool first. The salt alone takes for ever if the rust is deep.",
        "Vinegar works, too, but not longer than half an hour, because it eats the iron as well.",
        "Salt did it, thank you! It took me an hour, and then I baked it with linseed oil three times.",
        "Good. Never put it into the dishwasher, and it will last for another generation.",
        "One more thing: the oil must be very thin, or the pan will be sticky.",
    ),
    "transcript": _text(
        "CHAIR: Good evening. We begin with the report on the northern quay.",
        "MR LINDEN: Thank you. The repairs will take until autumn, I am afraid.",
        "MS OKAFOR: Why so long? In spring we were told that it was a matter of weeks.",
        "MR LINDEN: In spring we had not seen the foundations.", "CHAIR: And what did you find?",
        "MR LINDEN: Wood, mostly. It should have been stone.", "MS OKAFOR: Who is going to pay for that?",
        "CHAIR: That is what we have to decide tonight. Are there any other questions about the report itself?",
        "MR LINDEN: I would only add that the cranes are insured.",
    ),
}  # fmt: skip
"""Texts of which nothing may go."""

FURNITURE: Final = {
    "comments": (PROSE, (
        "3 Comments", "Barbara K | 4 years ago | Reply",
        "I worked on that pier for thirty years and nobody ever looked at the foundations. Shame on the council!",
        "seadog77 | 4 years ago | Reply", "@Barbara K: You are right, my dad always said the same thing.",
        "Tom | 3 years ago | Reply", "lol, so where did all the money go???",
    )),
    "German comments": (GERMAN, (
        "2 Kommentare", "Heinz M. sagt:", "12. März 2019 um 18:04 Uhr",
        "Ich habe dort dreißig Jahre gearbeitet, und das hat nie jemanden interessiert. Eine Schande!", "Antworten",
        "Ulla sagt:", "13. März 2019 um 9:15 Uhr", "Da hast du leider recht, Heinz. Mir fehlen die Worte.", "Antworten",
    )),
    "Spanish comments": (SPANISH, (
        "2 comentarios", "Marisa dice:", "12 marzo, 2019 a las 18:04",
        "Yo trabajé allí treinta años y nunca le importó a nadie. ¡Qué vergüenza!", "Responder",
        "Paco dice:", "13 marzo, 2019 a las 9:15", "Tienes toda la razón, Marisa. Gracias por decirlo.", "Responder",
    )),
    "navigation": (PROSE, (
        "Home", "News", "Sport", "Business", "Weather", "About us", "Contact us", "Privacy policy", "Terms of use",
        "© 2019 The Harbour Gazette. All rights reserved.",
    )),
    "cookies": (PROSE, (
        "We use cookies to give you the best experience on our website.",
        "By clicking “Accept all” you agree to the storing of cookies on your device.", "Accept all", "Reject all",
        "Cookie settings", "Privacy policy",
    )),
    "teasers": (PROSE, (
        "Related articles", "Read more: Storm damages northern quay", "Ferry timetable changes from Monday",
        "May 3, 2019", "Council approves new road fund", "May 1, 2019", "Most read", "Five things to do this weekend",
        "April 29, 2019",
        "More from this section",
    )),
    "tags": (PROSE, ("Tags:", "harbour", "council", "ferries", "storm", "budget", "Share this article", "Facebook",
                     "Twitter", "Email")),
    "paywall": (PROSE, (
        "This article is for subscribers only.", "Subscribe now to continue reading and get unlimited access.",
        "Already a subscriber? Log in", "Subscribe", "Start your free trial today. Cancel anytime.",
    )),
    "newsletter": (PROSE, (
        "Sign up for our newsletter", "Get the latest stories delivered to your inbox every morning.",
        "Enter your email address", "Subscribe", "You can unsubscribe at any time. Read our privacy policy.",
    )),
    "comment form": (PROSE, (
        "Leave a Reply", "Your email address will not be published. Required fields are marked *", "Comment *",
        "Name *", "Email *", "Website", "Post Comment", "Notify me of new comments by email.",
    )),
    "shop": (PROSE, (
        "Add to cart", "In stock", "Free shipping on orders over $50", "You may also like", "Customer reviews",
        "My account", "Shopping cart (0)", "Gift cards", "Returns & exchanges", "Track your order",
        "Follow us on Instagram",
    )),
    "byline and tools": (PROSE, (
        "Print", "Email this article", "Share on Facebook", "Share on Twitter", "Comments (0)", "Report an error",
        "Follow us on Twitter", "Advertisement",
    )),
}  # fmt: skip
"""Texts, and what stands below them and has to go."""

MENU: Final = ("Harbour Gazette", "Letters", "Crossword")
"""What the line model alone takes for text, if not for sure."""
_STORIES: Final = {"en": PROSE, "de": GERMAN, "es": SPANISH}
SITE: Final = {name: "\n".join((*story, *MENU)) for name, story in _STORIES.items()}
"""Pages of one site."""
_NOTICE: Final = (
    "This paper is made by volunteers in the old customs house on the quay, and lives from what its readers give, year "
    "after year, in rain and in sun"
)
NOTICED: Final = {
    name: "\n".join((*story, _NOTICE, *MENU[:2], f"{_NOTICE}, for ever and a day.")) for name, story in _STORIES.items()
}
"""Pages of another one, where the menu stands between the same notices; all but one page will lose these."""
