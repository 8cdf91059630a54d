"""The benchmark: coopsearch beside other engines, in one run. Started by `python3 dev.py bench`."""
