# journalctl: a quiet journal.
