# For hands that type make. Each of these is a command of dev.py, which needs nothing but Python.
PYTHON ?= python3

.PHONY: test lint types docs bench
test lint types docs bench:
	@$(PYTHON) dev.py $@
