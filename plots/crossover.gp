# Shows how long each cell takes at each value of the setting that was swept, and
# from which value on it loses to the cell that is fastest at the largest one.
# Reads crossing.csv. To be read after common.gp.
file = "crossing.csv"
stats file using "curve" nooutput name "CURVE"
stats file using "curves" nooutput name "CURVES"
stats file using "sweeps" nooutput name "SWEEPS"
stats file using "blocks" nooutput name "BLOCKS"
stats file using "level" nooutput name "LEVEL"
least(unused) = min(number("total_ms"), number("low_ms"))
most(unused) = max(number("total_ms"), number("high_ms"))
stats file using (least(0)) nooutput name "LEAST"
stats file using (most(0)) nooutput name "MOST"
stats file using (number("low_ms") == number("low_ms")) nooutput name "WHISKER"
stats file using (number("at_low") == number("at_low")) nooutput name "BAND"
stats file using (number("level") > 0 ? number("level") : NaN) \
	nooutput name "POSITIVE"
stats file using (strlen(text("cell"))) nooutput name "NAME"
curves = int(CURVE_max)
array name[curves]
array at[curves]
array low[curves]
array high[curves]
array said[curves]
axis = ""
winner = ""
work = ""
set table $unused
plot file using (c = int(number("curve")), name[c] = text("cell"), \
	at[c] = number("at"), low[c] = number("at_low"), \
	high[c] = number("at_high"), said[c] = text("said"), \
	axis = text("axis"), winner = clip(text("winner"), 40), work = text("work"), \
	$0 + 1):($0 + 1) with points
unset table
only(c, x) = int(number("curve")) == c ? x : NaN
known(x) = x == x

# More than two decades take a logarithmic axis. A zero stands left of its least
# value then, since it has no place on it.
wide = LEVEL_max > 100 * POSITIVE_min
zero = wide ? POSITIVE_min / 3 : 0
place(x) = x > 0 ? max(x, zero) : zero
# Whiskers at one value stand side by side.
aside(c) = min(0.006, 0.04 / curves) * (c - 0.5 - 0.5 * curves)
moved(c, x) = wide ? x * (LEVEL_max / POSITIVE_min) ** aside(c) \
	: x + aside(c) * (LEVEL_max - LEVEL_min)
# Cells that lose from some value on, each told in a line above the curves.
array row[curves]
told = 0
do for [c = 1 : curves] {
	told = told + known(at[c])
	row[c] = told
}
about = folded((BLOCKS_max > 1 ? sprintf("Medians of %d blocks", BLOCKS_max) \
	: "One block") . (WHISKER_max > 0 ? "; whiskers: their 95 % intervals" \
	: "; too few blocks for intervals") \
	. of_all(curves, CURVES_max, "cells") . (SWEEPS_max > 1 ? \
	sprintf("; the first of %d sweeps", SWEEPS_max) : ""), SUBTITLE) \
	. (work eq "" ? "" : "\n" . folded_words(work, SUBTITLE))
mark = told == 0 ? "No other cell begins to take 5 % longer at a value that" \
	. " was run after the first" : LINE . "from here on, the cell takes at" \
	. " least 5 % longer than " . winner \
	. (BAND_max > 0 ? "; band: 95 % interval" : "")
above = 83 + PITCH * lines_of(about)
strip = 30 * told
pixels = 400.0
below = 64
short = NAME_max <= 32
below = below + (short ? 0 : 19 * curves + 12)
height = above + strip + pixels + below
eval open(900, height)
first = wide ? (LEVEL_min > 0 ? LEVEL_min / 1.3 : zero / 1.3) : LEVEL_min
last = wide ? LEVEL_max * 1.3 : LEVEL_max
margin = wide ? 0 : 0.03 * (last - first)
if (wide) { set logscale x }
set xrange [first - margin : last + margin]
if (MOST_max > 100 * LEAST_min && LEAST_min > 0) {
	set logscale y
	set yrange [LEAST_min / 1.3 : MOST_max * 1.3]
} else {
	set yrange [0 : 1.05 * MOST_max]
	set ytics step(MOST_max)
}
set grid back linecolor rgb PALE linetype 1 linewidth 0.7
set ytics textcolor rgb GREY
# The values that were run have tics, unless they would touch.
set xtics textcolor rgb GREY
unset mxtics
if (wide && LEVEL_min <= 0) { set xtics add ("0" zero) }
set xlabel axis textcolor rgb GREY
set ylabel "total time, ms" offset 1, 0 textcolor rgb GREY
set tmargin at screen 1 - (above + strip) / height
set bmargin at screen below / height
set lmargin at screen 0.095
right = short ? 0.94 - (CHARACTER * NAME_max + 40) / 900 : 0.975
set rmargin at screen right
if (short) {
	set key at screen 0.985, screen 1 - (above + strip) / height \
		top right Left reverse samplen 3 textcolor rgb INK
} else {
	set key at screen 0.02, screen (below - 52.0) / height top left \
		Left reverse samplen 3 maxcols 1 textcolor rgb INK
}
comma = strstrt(axis, ", ")
what = comma ? "much " . axis[1:comma - 1] : "many " . axis
set label 1 "From how " . what . " on does " . winner . " beat the others?" \
	at screen 0.02, screen 1 - 26.0 / height font LARGE textcolor rgb INK
set label 2 about at screen 0.02, screen 1 - 54.0 / height textcolor rgb GREY
set label 3 mark at screen 0.02, \
	screen 1 - (63.0 + PITCH * lines_of(about)) / height textcolor rgb INK
set style textbox opaque noborder margins 0.3, 0.3
middle = wide ? sqrt(first * last) : 0.5 * (first + last)
do for [c = 1 : curves] {
	if (known(at[c])) {
		y = 1 + (30.0 * (told - row[c]) + 8) / pixels
		if (known(low[c])) {
			set arrow 100 + c from place(low[c]), graph y \
				to place(high[c]), graph y nohead back \
				linewidth 4 linecolor rgb colour(c)
		}
		# A band over nearly all values would only hide the others.
		if (known(low[c]) && !(low[c] <= LEVEL_min && high[c] >= LEVEL_max)) {
			set object c rectangle from place(low[c]), graph 0 \
				to place(high[c]), graph 1 behind \
				fillcolor rgb colour(c) \
				fillstyle transparent solid 0.10 noborder
		}
		set arrow c from place(at[c]), graph 0 to place(at[c]), \
			graph y + 18.0 / pixels nohead back linewidth 1.5 \
			dashtype dash(c) linecolor rgb colour(c)
		# In words, to the side where there is more room.
		left = place(at[c]) > middle
		set label 10 + c clip(name[c], 60) . ": " . said[c] \
			at place(at[c]), graph y offset (left ? -1 : 1), 0.8 \
			right front boxed textcolor rgb colour(c)
		if (!left) {
			set label 10 + c left
		}
	}
}
plot for [c = 1 : curves] file using \
		(only(c, moved(c, place(number("level"))))):"low_ms":(0): \
		(number("high_ms") - number("low_ms")) \
		with vectors nohead linewidth 1.5 linecolor rgb colour(c) \
		notitle, \
	for [c = 1 : curves] file using \
		(only(c, moved(c, place(number("level"))))):"total_ms" \
		with linespoints pointtype shape(c) pointsize 0.9 \
		dashtype dash(c) linewidth 1.8 linecolor rgb colour(c) \
		title clip(name[c], 100), \
	for [c = 1 : SPOTS * curves] file using \
		(only(c, moved(c, place(number("level"))))):"total_ms": \
		(sprintf("%s, %s: total %s", name[c], \
		on_axis(axis, sprintf("%g", number("level"))), interval( \
		number("total_ms"), number("low_ms"), \
		number("high_ms")))) \
		with labels hypertext point pointtype 7 pointsize 2 \
		linecolor rgb CLEAR notitle
