# Shows which worker downloaded which item, and when, in the trial nearest each
# cell's median. Reads gantt.csv and, for facts of each panel's whole trial,
# panels.csv. To be read after common.gp.
#
# Six telling cells are shown unless others are asked for. There are two panels
# a row, the slowest first. Panels of similar length share
# their time axis. A line marks in every panel when the fastest cell that did the
# same work was done, so that different axes can be compared.
file = "gantt.csv"
about = "panels.csv"
stats about using "panel" nooutput name "PANEL"
stats about using "cells" nooutput name "CELLS"
stats file using "failed" nooutput name "FAILED"
stats file using (number("connected_ms") - number("start_ms")) nooutput \
	name "CONNECT"
stats file using (number("tls_ms") - number("connected_ms")) nooutput name "TLS"
panels = int(PANEL_max)
columns = panels > 1 ? 2 : 1
rows = (panels + columns - 1) / columns

# What a panel needs to know of itself, and the height its row takes.
array span[panels]
array scale[panels]
array lanes[panels]
array group[panels]
array cell[panels]
array drawn[panels]
array heights[rows]
array titles[rows]
work = ""
set table $unused
plot about using (p = int(number("panel")), span[p] = number("elapsed_ms"), \
	group[p] = number("group"), cell[p] = text("cell"), \
	drawn[p] = text("drawn"), work = text("work"), $0 + 1):($0 + 1) with points
unset table
only(p, x) = number("panel") == p ? x : NaN
do for [p = 1 : panels] {
	stats file using (only(p, number("worker"))) nooutput name "LANE"
	lanes[p] = LANE_max + 1
}

# When the fastest of each panel's group was done; who is alone has no other.
array fastest[panels]
raced = 0
groups = 1
do for [p = 1 : panels] {
	fastest[p] = NaN
	scale[p] = 0
	do for [q = 1 : panels] {
		if (p != q && group[p] == group[q]) {
			fastest[p] = min(min(span[p], span[q]), fastest[p])
			raced = 1
		}
		groups = group[p] == group[q] ? groups : 2
		scale[p] = span[q] < 1.5 * span[p] ? max(scale[p], span[q]) : scale[p]
	}
	scale[p] = 1.03 * max(scale[p], 1e-3)
}

# Few lanes are thick and many are thin, within reason.
thick(n) = n <= 4 ? 24 : n <= 32 ? 11 : max(1, 352.0 / n)
tall(p) = p > panels ? 0 : thick(lanes[p]) * lanes[p]
# The lines of a panel's title, its time beside the first.
beyond = 8
title(p) = folded(cell[p], columns > 1 ? 36 : 88) \
	. (drawn[p] eq "all" ? "" : "\n(" . drawn[p] . ")")
titled(p) = p > panels ? 0 : lines_of(title(p))
left_out = panels >= CELLS_max ? "" : sprintf("%d of %d cells, those that" \
	. " differ most in time; --cells shows others", panels, CELLS_max)
caption = left_out . (left_out ne "" && work ne "" ? "\n" : "") \
	. folded_words(work, SUBTITLE)
above = 83 + PITCH * lines_of(caption)
total = above + 18
do for [r = 1 : rows] {
	heights[r] = max(tall(columns * (r - 1) + 1), tall(columns * r))
	titles[r] = PITCH * (max(titled(columns * (r - 1) + 1), \
		titled(columns * r)) - 1)
	total = total + titles[r] + heights[r] + 74
}

# Of the line being read (the argument of a function cannot be left out): its
# lane's edges; where it succeeded or failed, NaN if not; its middle, if wide.
from(unused) = number("worker") - 0.36
to(unused) = number("worker") + 0.36
ended(unused) = number("failed") > 0 ? NaN : number("end_ms")
# The end of the time in which it waited for a connection, if it did.
connected(unused) = number("connected_ms") > number("start_ms") ? \
	number("connected_ms") : NaN
# The same for the handshake of TLS.
secured(unused) = number("tls_ms") > number("connected_ms") ? \
	number("tls_ms") : NaN
failed(unused) = number("failed") > 0 ? number("end_ms") : NaN
# Where a bar's code stands: in the middle of what is not hatched, if wide enough.
plain(unused) = connects ? max(number("start_ms"), connected(0)) \
	: number("start_ms")
middle(width) = number("end_ms") - plain(0) < width ? NaN \
	: 0.5 * (plain(0) + number("end_ms"))

eval open(900, total)
set multiplot
set grid x back linecolor rgb PALE linetype 1 linewidth 0.7
set ytics scale 0 textcolor rgb GREY
set style fill solid border

set label 1 "Who downloads which flag when? A lane per worker," \
	. " a bar per download" at screen 0.02, screen 1 - 26.0 / total \
	font LARGE textcolor rgb INK
legend_at = 1 - 54.0 / total
# Connecting is drawn where it can be seen.
visible(x) = x > 0.005 * max(scale[1], scale[panels])
connects = visible(CONNECT_max)
shakes = visible(TLS_max)
# The phases in the order of their time.
tls_at = 0.02 + (connects ? 0.12 : 0)
wait_at = tls_at + (shakes ? 0.06 : 0)
y = sprintf("screen %f", legend_at)
eval legend(9, 0.02, y, SQUARE, ORANGE, connects ? "connecting" : "")
eval legend(10, tls_at, y, SQUARE, GREEN, shakes ? "TLS" : "")
eval legend(2, wait_at, y, SQUARE, SKY, "waiting for the answer")
eval legend(3, wait_at + 0.2, y, SQUARE, VERMILION, "receiving it")
eval legend(4, wait_at + 0.33, y, LINE, BLUE, !raced ? "" : groups > 1 \
	? "the fastest at the same work is done" \
	: "the fastest is done: " . figure(fastest[1]) . " ms")
eval legend(5, 0.88, y, HATCHED, PURPLE, FAILED_max > 0 ? "failed" : "")
set label 8 caption at screen 0.02, screen 1 - 76.0 / total \
	textcolor rgb GREY

# Of very many bars none says its value: a picture would be all texts.
few = FAILED_records <= 500
edge = above
do for [p = 1 : panels] {
	r = (p - 1) / columns + 1
	c = (p - 1) % columns
	wide = 900.0 / columns
	pixels = wide - 75
	set lmargin at screen (c * wide + 55) / 900.0
	set rmargin at screen (c * wide + 55 + pixels) / 900.0
	top = edge + titles[r] + 24.0
	set tmargin at screen 1 - top / total
	set bmargin at screen 1 - (top + tall(p)) / total
	set xrange [0 : scale[p]]
	set yrange [lanes[p] - 0.4 : -0.6]
	set xtics step(scale[p]) textcolor rgb GREY
	every = int(max(1, lanes[p] / 4))
	set ytics 0, every
	set xlabel (p > panels - columns ? "time from the start, ms" : "") textcolor rgb GREY
	set label 6 title(p) at graph 0, screen 1 - (edge + 14.0) / total \
		textcolor rgb INK
	set label 7 figure(span[p]) . " ms" at graph 1, \
		screen 1 - (edge + 14.0) / total right textcolor rgb INK
	unset arrow 1
	if (fastest[p] == fastest[p]) {
		set arrow 1 from fastest[p], graph 0 to fastest[p], graph 1 \
			nohead front linewidth 1.5 linecolor rgb BLUE
	}
	# A code that would run over its bar or into the next lane is left out.
	fits = thick(lanes[p]) < 9 ? 2 * scale[p] : 16.0 / pixels * scale[p]
	plot \
		file using (only(p, number("start_ms"))):"worker": \
			"start_ms":"first_byte_ms":(from(0)):(to(0)) \
			with boxxyerror linecolor rgb SKY notitle, \
		file using (only(p, connects ? connected(0) : NaN)):"worker": \
			"start_ms":"connected_ms":(from(0)):(to(0)) \
			with boxxyerror linecolor rgb ORANGE notitle, \
		file using (only(p, connects ? connected(0) : NaN)):"worker": \
			"start_ms":"connected_ms":(from(0)):(to(0)) \
			with boxxyerror fillstyle transparent pattern 5 \
			linecolor rgb DARK notitle, \
		file using (only(p, shakes ? secured(0) : NaN)):"worker": \
			"connected_ms":"tls_ms":(from(0)):(to(0)) \
			with boxxyerror linecolor rgb GREEN notitle, \
		file using (only(p, ended(0))):"worker": \
			"first_byte_ms":"end_ms":(from(0)):(to(0)) \
			with boxxyerror linecolor rgb VERMILION notitle, \
		file using (only(p, failed(0))):"worker": \
			"start_ms":"end_ms":(from(0)):(to(0)) \
			with boxxyerror linecolor rgb PURPLE notitle, \
		file using (only(p, failed(0))):"worker": \
			"start_ms":"end_ms":(from(0)):(to(0)) \
			with boxxyerror fillstyle transparent pattern 4 \
			linecolor rgb DARK notitle, \
		file using (only(p, middle(fits))):"worker":"code" \
			with labels font SMALL textcolor rgb DARK notitle, \
		for [s = 1 : SPOTS * few] file using (only(p, \
			0.5 * (number("start_ms") + number("end_ms")))): \
			"worker":(sprintf( \
			"item %.0f %s, worker %.0f: %s to %s ms, first byte at %s ms", \
			number("item"), text("code"), number("worker"), \
			figure(number("start_ms")), figure(number("end_ms")), \
			figure(number("first_byte_ms")))) \
			with labels hypertext point pointtype 7 pointsize 1 \
			linecolor rgb CLEAR notitle
	do for [l in "1 2 3 4 5 8 9 10 502 503 504 505 509 510"] {
		unset label int(l)
	}
	edge = p % columns == 0 ? top + heights[r] + 50 : edge
}
unset multiplot
