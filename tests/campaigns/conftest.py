"""What `make test` tries elsewhere already, or what measures time, is for `make campaigns` alone."""

import os

IN_FULL_ALONE = ["test_words_stay_words.py", "test_answers_on_the_tick.py", "test_fuzz.py"]
collect_ignore = IN_FULL_ALONE if os.environ.get("WELCOME_CAMPAIGN") != "full" else []
