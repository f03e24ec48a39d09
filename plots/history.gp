# Shows a metric from run to run, as a ratio to the reference of each run: a line
# for each cell. Reads history.csv. To be read after common.gp.
file = "history.csv"
stats file using "line" nooutput name "LINE"
stats file using "cells" nooutput name "CELLS"
stats file using "run" nooutput name "RUN"
least(unused) = min(number("ratio"), number("low"))
most(unused) = max(number("ratio"), number("high"))
stats file using (least(0)) nooutput name "LEAST"
stats file using (most(0)) nooutput name "MOST"
stats file using (number("low") == number("low")) nooutput name "WHISKER"
stats file using (strlen(text("cell"))) nooutput name "NAME"
lines = int(LINE_max)
runs = int(RUN_max)
array cell[lines]
array started[runs]
do for [r = 1 : runs] { started[r] = "" }
metric = ""
reference = ""
set table $unused
plot file using (cell[int(number("line"))] = text("cell"), \
	started[int(number("run"))] = text("started"), \
	metric = text("metric"), reference = text("reference"), \
	$0 + 1):($0 + 1) with points
unset table
# A true time axis: seconds of the Unix epoch.
array when[runs]
do for [r = 1 : runs] {
	when[r] = started[r] eq "" ? NaN : strptime("%Y-%m-%dT%H:%M", started[r])
}
first = NaN
last = NaN
do for [r = 1 : runs] {
	first = min(when[r], first)
	last = max(when[r], last)
}
span = max(last - first, 60)
only(i, x) = int(number("line")) == i ? x : NaN
# Lines that lie on each other are told apart by their whiskers' places.
at(i) = when[int(number("run"))] \
	+ (i - 0.5 - 0.5 * lines) * 0.012 * span / lines

# Short names stand beside the lines, long ones below them.
short = NAME_max <= 32
below = short ? 0 : 19 * lines + 12
# A key has no more rows than fit beside the lines, wherever it is.
height = max(440, 188 + 19 * lines) + below
eval open(900, height)
set grid y back linecolor rgb PALE linetype 1 linewidth 0.7
set xrange [first - 0.04 * span : first + 1.04 * span]
set ytics textcolor rgb GREY
set label 4 "start of the run, UTC" right at graph 1, \
	screen (14.0 + below) / height textcolor rgb GREY
pad = MOST_max > 3 * LEAST_min ? 0 : 0.1 * max(MOST_max - LEAST_min, \
	0.02 * MOST_max)
if (pad == 0 && LEAST_min > 0) {
	set logscale y
	set yrange [0.85 * LEAST_min : 1.18 * MOST_max]
	set ytics (1) textcolor rgb GREY
	do for [d = int(floor(log10(LEAST_min))) : int(ceil(log10(MOST_max)))] {
		do for [m in "1 2 3 5 7"] {
			set ytics add (sprintf("%g", m * 10.0 ** d) m * 10.0 ** d)
		}
	}
} else {
	set yrange [LEAST_min - pad : MOST_max + pad]
}
# Tics at the times of runs, and no others.
set xtics scale 0.5 ("" first) textcolor rgb GREY rotate by 35 right
# A tic that would touch the one before has no text.
shown = first - span
do for [r = 1 : runs] {
	if (started[r] ne "") {
		day = started[r]
		label = when[r] - shown < 0.045 * span ? "" \
			: day[1:10] . " " . day[12:16]
		if (label ne "") { shown = when[r] }
		set xtics add (label when[r])
	}
}
# As wide as tics may be, the axis has no place for it beside them.
set label 3 clip(metric . " / that of " . reference, 40) rotate center \
	at screen 0.02, graph 0.5 textcolor rgb GREY
set tmargin at screen 1 - 78.0 / height
set bmargin at screen (110.0 + below) / height
set lmargin at screen 0.12
right = short ? 0.93 - (CHARACTER * NAME_max + 20) / 900 : 0.975
set rmargin at screen right
if (short) {
	set key at screen 0.985, screen 1 - 74.0 / height top right \
		Left reverse samplen 2 textcolor rgb INK
} else {
	set key at screen 0.02, screen 1.0 * below / height top left \
		Left reverse samplen 2 maxcols 1 textcolor rgb INK
}
set label 1 "How does " . metric . " go from run to run?" \
	at screen 0.02, screen 1 - 26.0 / height font LARGE textcolor rgb INK
set label 2 "Ratio to " . reference . " of the same run, block by block" \
	. (WHISKER_max > 0 ? "; whiskers: its 95 % interval" \
	: "; too few blocks for an interval") \
	. of_all(lines, CELLS_max, "cells") \
	at screen 0.02, screen 1 - 54.0 / height textcolor rgb GREY
# Other cells' points between its own do not break a line.
set datafile missing NaN
plot for [i = 1 : lines] file using (at(i)):(only(i, number("low"))): \
		(0):(number("high") - number("low")) \
		with vectors nohead linewidth 1.5 linecolor rgb colour(i) \
		notitle, \
	for [i = 1 : lines] file using \
		(only(i, at(i))):(only(i, number("ratio"))) \
		with linespoints pointtype shape(i) \
		pointsize (runs > 40 ? 0.3 : 0.7) \
		linewidth 1.5 dashtype dash(i) linecolor rgb colour(i) \
		title clip(cell[i], 100), \
	for [i = 1 : SPOTS * lines] file using \
		(only(i, at(i))):"ratio":(sprintf("%s, %s: %.3g%s", cell[i], \
		started[int(number("run"))], number("ratio"), \
		number("low") != number("low") ? "" : sprintf(" [%.3g, %.3g]", \
		number("low"), number("high")))) \
		with labels hypertext point pointtype 7 pointsize 2 \
		linecolor rgb CLEAR notitle
