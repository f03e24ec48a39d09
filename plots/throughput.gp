# Shows how fast bodies came, over time, in the trial nearest each cell's median,
# beside the rate of the link. Reads throughput.csv. To be read after common.gp.
#
# There are two panels a row, in the order of the table. Panels of similar length share
# their time axis; panels of similar height share the other one.
file = "throughput.csv"
stats file using "panel" nooutput name "PANEL"
stats file using "cells" nooutput name "CELLS"
panels = int(PANEL_max)
columns = panels > 1 ? 2 : 1
rows = (panels + columns - 1) / columns

array span[panels]
array most[panels]
array scale[panels]
array top[panels]
array cell[panels]
array rate[panels]
array titles[rows]
do for [p = 1 : panels] { most[p] = 0 }
work = ""
set table $unused
plot file using (p = int(number("panel")), span[p] = number("time_ms"), \
	most[p] = max(most[p], number("speed")), cell[p] = text("cell"), \
	rate[p] = number("rate"), work = text("work"), $0 + 1):($0 + 1) \
	with points
unset table
only(p, x) = number("panel") == p ? x : NaN
# A rate that is far above all that came is out of the picture.
do for [p = 1 : panels] {
	most[p] = rate[p] < 10 * most[p] ? max(most[p], rate[p]) : most[p]
}
do for [p = 1 : panels] {
	scale[p] = 0
	top[p] = 0
	do for [q = 1 : panels] {
		scale[p] = span[q] < 1.5 * span[p] ? max(scale[p], span[q]) : scale[p]
		top[p] = most[q] < 3 * most[p] ? max(top[p], most[q]) : top[p]
	}
	scale[p] = 1.03 * max(scale[p], 1e-3)
	top[p] = 1.15 * max(top[p], 1e-3)
}

title(p) = p > panels ? "" : folded(cell[p], columns > 1 ? 40 : 100)
about = folded("In one trial of each" . (panels < CELLS_max ? \
	sprintf("; %d of %d cells, the fastest of each link", panels, \
	CELLS_max) : "") \
	. "; a body is spread evenly from its first byte to its end," \
	. " but never above the rate", SUBTITLE) \
	. (work eq "" ? "" : "\n" . folded_words(work, SUBTITLE))
beyond = 8
above = 83 + PITCH * lines_of(about)
tall = 170
total = above
do for [r = 1 : rows] {
	titles[r] = PITCH * (max(lines_of(title(columns * (r - 1) + 1)), \
		lines_of(title(columns * r))) - 1)
	total = total + titles[r] + tall + 66
}
total = total + 30
eval open(900, total)
set multiplot
set grid back linecolor rgb PALE linetype 1 linewidth 0.7
set label 1 "How fast do the bodies come?" \
	at screen 0.02, screen 1 - 26.0 / total font LARGE textcolor rgb INK
set label 2 about at screen 0.02, screen 1 - 54.0 / total textcolor rgb GREY
legend_at = 1 - (41.0 + PITCH * lines_of(about)) / total - 22.0 / total
y = sprintf("screen %f", legend_at)
eval legend(3, 0.02, y, SQUARE, BLUE, "bodies received")
set label 4 "\342\224\204 the link's rate: heads and packets take a part of it" \
	at screen 0.25, screen legend_at textcolor rgb GREY

edge = above + 14
do for [p = 1 : panels] {
	r = (p - 1) / columns + 1
	c = (p - 1) % columns
	wide = 900.0 / columns
	high = edge + titles[r] + 24.0
	set lmargin at screen (c * wide + 62) / 900.0
	set rmargin at screen (c * wide + wide - 20) / 900.0
	set tmargin at screen 1 - high / total
	set bmargin at screen 1 - (high + tall) / total
	set xrange [0 : scale[p]]
	set yrange [0 : top[p]]
	set xtics step(scale[p]) textcolor rgb GREY
	set ytics step(top[p]) textcolor rgb GREY
	set xlabel (p > panels - columns ? "time from the start, ms" : "") \
		textcolor rgb GREY
	set ylabel (c == 0 ? "Mbit/s" : "") offset 1, 0 textcolor rgb GREY
	set label 6 title(p) at graph 0, screen 1 - (edge + 14.0) / total \
		textcolor rgb INK
	set label 7 figure(span[p]) . " ms" at graph 1, \
		screen 1 - (edge + 14.0) / total right textcolor rgb INK
	unset arrow 1
	if (rate[p] <= top[p]) {
		set arrow 1 from graph 0, first rate[p] \
			to graph 1, first rate[p] nohead back dashtype 2 \
			linewidth 1.5 linecolor rgb GREY
	}
	points = -1
	plot \
		file using (only(p, number("time_ms"))):"speed" with fillsteps \
			fillstyle transparent solid 0.25 noborder \
			linecolor rgb SKY notitle, \
		file using (only(p, number("time_ms"))):"speed" with steps \
			linewidth 1.5 linecolor rgb BLUE notitle, \
		for [s = 1 : SPOTS] file using (tenth(only(p, number("time_ms")))): \
			"speed":(sprintf("at %s ms: %s Mbit/s", \
			figure(number("time_ms")), figure(number("speed")))) \
			with labels hypertext point pointtype 7 pointsize 2 \
			linecolor rgb CLEAR notitle
	do for [l in "1 2 3 4 503"] { unset label int(l) }
	edge = p % columns == 0 ? high + tall + 42 : edge
}
unset multiplot
