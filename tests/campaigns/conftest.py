"""What `make test` tries elsewhere already, or what measures time, is for `make campaigns` alone."""

import os

#: Their small sizes: tests/test_routes.py, letters/test_every_letter.py, jobs/test_kill.py, services/test_backup.py;
#: in tests/web non_interference, guards, injection, bad_input, bad_weather, leaving, reports, sign_up, block and
#: block_histories.
IN_FULL_ALONE = [
    *("test_block.py", "test_block_race.py"),
    *("test_doors.py", "test_nothing_shows.py", "test_ways_out.py", "test_words_stay_words.py", "test_fuzz.py"),
    *("test_answers_on_the_tick.py", "test_enumeration.py", "test_letters_stay.py", "test_rights.py"),
    *("test_chaos.py", "test_reports.py", "test_backup_under_writers.py"),
    *("test_kill.py", "test_syscall.py", "test_leaders.py", "test_clock_jumps.py", "test_reminders.py"),
]
collect_ignore = IN_FULL_ALONE if os.environ.get("WELCOME_CAMPAIGN") != "full" else []
