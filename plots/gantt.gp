# Who downloaded what when, in the trial nearest each cell's median. Reads
# gantt.csv; comes after common.gp. Two panels a row, the slowest first. Panels
# of similar length share their time axis; a line marks in every panel when the
# fastest was done, so that different axes can be compared.
file = "gantt.csv"
stats file using "panel" nooutput name "PANEL"
stats file using "failed" nooutput name "FAILED"
panels = int(PANEL_max)
columns = panels > 1 ? 2 : 1
rows = (panels + columns - 1) / columns

# What a panel needs to know of itself, and the height its row takes.
array span[panels]
array scale[panels]
array lanes[panels]
array cell[panels]
array heights[rows]
only(p, x) = column("panel") == p ? x : NaN
do for [p = 1 : panels] {
	stats file using (only(p, column("end_ms"))) nooutput name "END"
	stats file using (only(p, column("worker"))) nooutput name "LANE"
	span[p] = END_max
	lanes[p] = LANE_max + 1
	cell[p] = ""
	set table $unused
	plot file using (column("panel") == p \
		? (cell[p] = strcol("cell"), $0 + 1) : $0 + 1):($0 + 1) \
		with points
	unset table
}
fastest = span[panels]
do for [p = 1 : panels] {
	fastest = min(fastest, span[p])
	scale[p] = 0
	do for [q = 1 : panels] {
		scale[p] = span[q] < 1.5 * span[p] ? max(scale[p], span[q]) : scale[p]
	}
	scale[p] = 1.03 * max(scale[p], 1e-3)
}

# Few lanes are thick and many are thin, within reason.
thick(n) = n <= 4 ? 24 : n <= 32 ? 11 : max(1, 352.0 / n)
tall(p) = p > panels ? 0 : thick(lanes[p]) * lanes[p]
total = 118
do for [r = 1 : rows] {
	heights[r] = max(tall(columns * (r - 1) + 1), tall(columns * r))
	total = total + heights[r] + 74
}

# Of the line being read (the argument of a function cannot be left out): its
# lane's edges; where it succeeded or failed, NaN if not; its middle, if wide.
from(unused) = column("worker") - 0.36
to(unused) = column("worker") + 0.36
ended(unused) = column("failed") > 0 ? NaN : column("end_ms")
failed(unused) = column("failed") > 0 ? column("end_ms") : NaN
middle(width) = column("end_ms") - column("start_ms") < width ? NaN \
	: 0.5 * (column("start_ms") + column("end_ms"))

eval open(900, total)
if (format ne "term") { set output "gantt." . format }
set multiplot
set grid x back linecolor rgb PALE linetype 1 linewidth 0.7
set ytics scale 0 textcolor rgb GREY
set style fill solid border

set label 1 "Who downloads which flag when? A lane per worker," \
	. " a bar per download" at screen 0.02, screen 1 - 26.0 / total \
	font LARGE textcolor rgb INK
legend = 1 - 54.0 / total
set label 2 SQUARE . "waiting for the answer" at screen 0.02, screen legend \
	textcolor rgb SKY
set label 3 SQUARE . "receiving it" at screen 0.23, screen legend \
	textcolor rgb VERMILION
set label 4 LINE . "the fastest is done: " . figure(fastest) . " ms" \
	at screen 0.37, screen legend textcolor rgb BLUE
set label 5 (FAILED_max > 0 ? SQUARE . "failed" : "") \
	at screen 0.64, screen legend textcolor rgb PURPLE

edge = 100
do for [p = 1 : panels] {
	r = (p - 1) / columns + 1
	c = (p - 1) % columns
	wide = 900.0 / columns
	pixels = wide - 75
	set lmargin at screen (c * wide + 55) / 900.0
	set rmargin at screen (c * wide + 55 + pixels) / 900.0
	set tmargin at screen 1 - (edge + 24.0) / total
	set bmargin at screen 1 - (edge + 24.0 + tall(p)) / total
	set xrange [0 : scale[p]]
	set yrange [lanes[p] - 0.4 : -0.6]
	set xtics step(scale[p]) textcolor rgb GREY
	every = int(max(1, lanes[p] / 4))
	set ytics 0, every
	set xlabel (p > panels - columns ? "ms from the start" : "") textcolor rgb GREY
	set label 6 cell[p] at graph 0, graph 1 offset 0, 0.7 textcolor rgb INK
	set label 7 figure(span[p]) . " ms" \
		at graph 1, graph 1 right offset 0, 0.7 textcolor rgb INK
	set arrow 1 from fastest, graph 0 to fastest, graph 1 nohead front \
		linewidth 1.5 linecolor rgb BLUE
	# A code that would run over its bar or into the next lane is left out.
	fits = thick(lanes[p]) < 9 ? 2 * scale[p] : 16.0 / pixels * scale[p]
	plot \
		file using (only(p, column("start_ms"))):"worker": \
			"start_ms":"first_byte_ms":(from(0)):(to(0)) \
			with boxxyerror linecolor rgb SKY notitle, \
		file using (only(p, ended(0))):"worker": \
			"first_byte_ms":"end_ms":(from(0)):(to(0)) \
			with boxxyerror linecolor rgb VERMILION notitle, \
		file using (only(p, failed(0))):"worker": \
			"start_ms":"end_ms":(from(0)):(to(0)) \
			with boxxyerror linecolor rgb PURPLE notitle, \
		file using (only(p, middle(fits))):"worker":"code" \
			with labels font SMALL textcolor rgb INK notitle
	unset label 1
	unset label 2
	unset label 3
	unset label 4
	unset label 5
	edge = p % columns == 0 ? edge + heights[r] + 74 : edge
}
unset multiplot
