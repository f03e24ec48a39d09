# Shared by the pictures. `format` is set before this file is read: svg, png or
# pdf. The picture goes to standard output. Text comes from CSV columns and is
# never markup, hence noenhanced.
set encoding utf8
set datafile separator comma
set datafile commentschars ""
set datafile columnheaders

# Okabe and Ito's palette, which colour-blind readers can tell apart.
BLUE = "#0072B2"
SKY = "#56B4E9"
ORANGE = "#E69F00"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"
GREEN = "#009E73"
INK = "#222222"
GREY = "#767676"
PALE = "#DDDDDD"
SHADE = "#B0B0B0"
# Text on a coloured field, dark in a dark scheme as well (svg.css).
DARK = "#111111"

# Keys are drawn as text: a square and a vertical line, in UTF-8.
SQUARE = "\342\226\240 "
HATCHED = "\342\226\250 "
LINE = "\342\224\203 "

# The command that opens a picture of w by h pixels; PNG has twice as many, so
# that it stays sharp on fine screens.
open(w, h) = \
	format eq "svg" ? sprintf("set terminal svg size %d,%d noenhanced" \
		. " font 'DejaVu Sans,13' background '#ffffff'", w, h) : \
	format eq "png" ? sprintf("set terminal pngcairo size %d,%d" \
		. " noenhanced font 'DejaVu Sans,10' fontscale 2" \
		. " linewidth 2 pointscale 2", 2 * w, 2 * h) : \
	sprintf("set terminal pdfcairo size %f,%f" \
		. " noenhanced font 'DejaVu Sans,10'", w / 96.0, h / 96.0)

# The command for an entry of a legend: a mark in its colour, and words that can
# be read on paper. No words: no entry.
legend(tag, x, y, mark, colour, words) = sprintf("set label %d '%s' at %s, %s" \
	. " textcolor rgb '%s'; set label %d '%s' at screen %f, %s" \
	. " textcolor rgb INK", tag, words eq "" ? "" : mark, \
	sprintf("screen %f", x), y, colour, tag + 500, words, x + 0.02, y)

set border 1 linecolor rgb GREY
set tics nomirror out textcolor rgb INK
# SVG has taller lines, and would move what stands below an axis out of its place.
if (format eq "svg") {
	set xtics offset 0, 0.35
	set xlabel offset 0, 0.9
}

# Fonts of titles and of codes in bars; SVG counts in pixels, others in points.
LARGE = format eq "svg" ? "DejaVu Sans,19" : "DejaVu Sans,15"
SMALL = format eq "svg" ? "DejaVu Sans,9" : "DejaVu Sans,7"
# An unknown number (an empty field) is neither.
max(a, b) = a != a || b > a ? b : a
min(a, b) = a != a || b < a ? b : a

# A round distance between tics, for four to eight of them up to x.
decade(x) = 10 ** floor(log10(x))
rounded(x) = x < 1.5 ? 1 : x < 3.5 ? 2 : x < 7.5 ? 5 : 10
step(x) = rounded(x / 5 / decade(x / 5)) * decade(x / 5)

# Pixels that a character and a line of text take, and how many characters fit below
# a title.
CHARACTER = 8.2
PITCH = format eq "svg" ? 19.5 : 16.0
SUBTITLE = 115
# How far an axis of so many pixels goes for a text to fit beside x.
beside(x, text, pixels) = \
	x * pixels / max(0.4 * pixels, pixels - CHARACTER * strlen(text) - 16)
# The distance between tics up to x on it, as above unless they would touch.
upward(x) = x <= 1 ? 1 : x <= 2 ? 2 : x <= 5 ? 5 : 10
least_step(d) = upward(d / decade(d)) * decade(d)
apart(x, pixels) = max(step(x), least_step( \
	x * (CHARACTER * strlen(sprintf("%.0f", x)) + 16) / pixels))

# A time in ms with about four digits.
figure(x) = sprintf(x < 10 ? "%.2f" : x < 1000 ? "%.1f" : "%.0f", x)

# Text that fits: of at most n characters, or cut off with an ellipsis.
clip(s, n) = strlen(s) <= n ? s : s[1:n - 1] . "\342\200\246"
# A cell's name in lines of about n characters: it is broken between its
# settings. The lines are told apart by newlines. All but the first may be longer
# by `beyond`, where something stands beside the first one.
beyond = 0
head(s) = strstrt(s, "; ") ? s[1:strstrt(s, "; ") - 1] : s
rest(s) = strstrt(s, "; ") ? s[strstrt(s, "; ") + 2:*] : ""
filled(line, s, n) = s eq "" ? line : \
	strlen(line) + 2 + strlen(head(s)) <= n \
	? filled(line . "; " . head(s), rest(s), n) \
	: line . ";\n" . filled(clip(head(s), n + beyond), rest(s), n)
folded(s, n) = filled(clip(head(s), n), rest(s), n)
widest_of(s) = strstrt(s, "\n") ? max(strstrt(s, "\n") - 1, \
	widest_of(s[strstrt(s, "\n") + 1:*])) : strlen(s)
lines_of(s) = strstrt(s, "\n") ? 1 + lines_of(s[strstrt(s, "\n") + 1:*]) : 1

# Options in lines of at most about n characters, broken between options.
option(s) = strstrt(s, " --") ? s[1:strstrt(s, " --") - 1] : s
options(s) = strstrt(s, " --") ? s[strstrt(s, " --") + 1:*] : ""
filled_words(line, s, n) = s eq "" ? line : \
	strlen(line) + 1 + strlen(option(s)) <= n \
	? filled_words(line . " " . option(s), options(s), n) \
	: line . "\n" . filled_words(option(s), options(s), n)
folded_words(s, n) = filled_words(option(s), options(s), n)

# How curves are told apart: seven colours, and in grey by dashes and shapes.
colour(c) = word(BLUE . " " . VERMILION . " " . PURPLE . " " . ORANGE . " " \
	. SKY . " " . INK . " " . GREEN, (c - 1) % 7 + 1)
dash(c) = (c - 1) % 5 + 1
set dashtype 2 (6, 4)
set dashtype 3 (1.5, 3)
set dashtype 4 (9, 3, 1.5, 3)
set dashtype 5 (9, 3, 1.5, 3, 1.5, 3)
shape(c) = int(word("7 5 9 13 11 6 4", (c - 1) % 7 + 1))

# Points that are not seen say values in SVG, to a reader who points at them: how
# often they are drawn.
CLEAR = "#ff000000"
SPOTS = format eq "svg"
# Of the points of a curve every tenth, the first included. `points` is set to -1
# before. gnuplot 5.4 crashes if `every` leaves it no label.
tenth(x) = x != x ? NaN : (points = points + 1, points % 10 ? NaN : x)
# "52.54 ms [52.35, 52.59]", without an interval that there is none of.
interval(x, low, high) = figure(x) . " ms" . (low != low ? "" \
	: " [" . figure(low) . ", " . figure(high) . "]")

# A value of an axis in words: "work 0.5 ms" of the axis "work, ms".
setting(axis) = strstrt(axis, ", ") ? axis[1:strstrt(axis, ", ") - 1] : axis
on_axis(axis, value) = setting(axis) . " " . value \
	. (strstrt(axis, ", ") && value ne "none" \
	? axis[strstrt(axis, ", ") + 1:*] : "")

# A column's text. Files have another character for each comma, quote and backslash
# (plot/plots_rows.h).
swapped(s, from, to) = strstrt(s, from) == 0 ? s \
	: s[1:strstrt(s, from) - 1] . to \
	. swapped(s[strstrt(s, from) + 1:*], from, to)
text(name) = swapped(swapped(swapped(strcol(name), "\342\200\232", ","), \
	"\357\274\202", "\""), "\357\274\274", "\\")

# A column's number; NaN if the field is empty. An expression with column() of an
# empty field makes gnuplot 6 leave the line out.
number(name) = strlen(strcol(name)) ? column(name) : NaN

# What a picture leaves out: "; the first 21 of 29 cells".
of_all(shown, all, what) = shown >= all ? "" \
	: sprintf("; the first %d of %d %s", shown, all, what)
