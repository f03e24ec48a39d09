# Shows how many requests were in flight, over time, in the trial nearest each
# cell's median: by the client, and by the server's witness. What lies between
# the two is time outside the server. Reads in-flight.csv. To be read after
# common.gp.
#
# There are two panels a row, the fastest first. Panels of similar length share
# their time axis; panels of similar height share the other one.
file = "in-flight.csv"
stats file using "panel" nooutput name "PANEL"
stats file using "cells" nooutput name "CELLS"
stats file using "retried" nooutput name "RETRIED"
stats file using (number("capacity") > 0) nooutput name "CAPACITY"
stats file using (number("client") == number("client")) nooutput name "CLIENT"
stats file using (number("witness") == number("witness")) nooutput name "WITNESS"
panels = int(PANEL_max)
columns = panels > 1 ? 2 : 1
rows = (panels + columns - 1) / columns

array span[panels]
array most[panels]
array scale[panels]
array top[panels]
array cell[panels]
array concurrency[panels]
array capacity[panels]
array titles[rows]
do for [p = 1 : panels] { most[p] = 0 }
work = ""
highest(a) = max(max(a, number("client")), number("witness"))
set table $unused
plot file using (p = int(number("panel")), span[p] = number("time_ms"), \
	most[p] = highest(most[p]), cell[p] = text("cell"), \
	concurrency[p] = number("concurrency"), \
	capacity[p] = number("capacity"), work = text("work"), $0 + 1):($0 + 1) \
	with points
unset table
only(p, x) = number("panel") == p ? x : NaN
do for [p = 1 : panels] {
	most[p] = max(most[p], max(concurrency[p], \
		capacity[p] < 2 * concurrency[p] ? capacity[p] : NaN))
}
do for [p = 1 : panels] {
	scale[p] = 0
	top[p] = 0
	do for [q = 1 : panels] {
		scale[p] = span[q] < 1.5 * span[p] ? max(scale[p], span[q]) : scale[p]
		top[p] = most[q] < 3 * most[p] ? max(top[p], most[q]) : top[p]
	}
	scale[p] = 1.03 * max(scale[p], 1e-3)
	top[p] = 1.15 * top[p]
}

title(p) = p > panels ? "" : folded(cell[p], columns > 1 ? 40 : 100)
about = folded("In one trial of each" . (panels >= CELLS_max ? "" \
	: sprintf("; %d of %d cells, those that differ most in time; --cells" \
	. " shows others", panels, CELLS_max)) \
	. (RETRIED_max > 0 ? \
	"; a retried item is in flight from its first try on" : ""), SUBTITLE) \
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
set label 1 "How many requests are in flight?" \
	at screen 0.02, screen 1 - 26.0 / total font LARGE textcolor rgb INK
set label 2 about at screen 0.02, screen 1 - 54.0 / total textcolor rgb GREY
legend_at = 1 - (41.0 + PITCH * lines_of(about)) / total - 22.0 / total
y = sprintf("screen %f", legend_at)
eval legend(3, 0.02, y, SQUARE, BLUE, CLIENT_max > 0 \
	? "at the client: from start to answer" : "")
eval legend(4, 0.35, y, LINE, VERMILION, WITNESS_max > 0 \
	? "at the server: arrived, unanswered" : "")
set label 5 "\342\224\204 concurrency" at screen 0.68, screen legend_at \
	textcolor rgb GREY
set label 8 (CAPACITY_max > 0 ? "\342\224\210 server's capacity" : "") \
	at screen 0.82, screen legend_at textcolor rgb INK

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
	set ytics max(1, step(top[p])) textcolor rgb GREY
	set xlabel (p > panels - columns ? "time from the start, ms" : "") \
		textcolor rgb GREY
	set ylabel (c == 0 ? "requests" : "") offset 1, 0 textcolor rgb GREY
	set label 6 title(p) at graph 0, screen 1 - (edge + 14.0) / total \
		textcolor rgb INK
	set label 7 figure(span[p]) . " ms" at graph 1, \
		screen 1 - (edge + 14.0) / total right textcolor rgb INK
	set arrow 1 from graph 0, first concurrency[p] \
		to graph 1, first concurrency[p] nohead back dashtype 2 \
		linewidth 1.5 linecolor rgb GREY
	unset arrow 2
	if (capacity[p] == capacity[p] && capacity[p] <= top[p]) {
		set arrow 2 from graph 0, first capacity[p] \
			to graph 1, first capacity[p] nohead front dashtype 3 \
			linewidth 1.5 linecolor rgb INK
	}
	by(who) = number(who) != number(who) ? "" \
		: sprintf(" %d by the %s", number(who), who)
	points = -1
	plot \
		file using (only(p, number("time_ms"))):"client" with fillsteps \
			fillstyle transparent solid 0.25 noborder \
			linecolor rgb SKY notitle, \
		file using (only(p, number("time_ms"))):"client" with steps \
			linewidth 3 linecolor rgb BLUE notitle, \
		file using (only(p, number("time_ms"))):"witness" with steps \
			linewidth 1.2 linecolor rgb VERMILION notitle, \
		for [s = 1 : SPOTS] file using (tenth(only(p, number("time_ms")))): \
			"client":("at " . figure(number("time_ms")) \
			. " ms: in flight" . by("client") . by("witness")) \
			with labels hypertext point pointtype 7 pointsize 2 \
			linecolor rgb CLEAR notitle
	do for [l in "1 2 3 4 5 8 503 504"] { unset label int(l) }
	edge = p % columns == 0 ? high + tall + 42 : edge
}
unset multiplot
