"""The headings under which help lists options."""

INPUT, NUMBERS, PICTURE, OUTPUT = "Input", "Numbers", "Picture", "Output"
