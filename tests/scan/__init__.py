"""Programs of others that look for faults: scanners, a fuzzer that follows the code, mutants. See ``make scan``."""
