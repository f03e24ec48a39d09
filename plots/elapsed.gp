# How long each cell took (left: bars from zero, the only honest bars) and how
# far that is above its ideal (right: where strategies of one concurrency
# differ). Reads elapsed.csv; comes after common.gp.
file = "elapsed.csv"
stats file using "elapsed_ms" nooutput name "TIME"
stats file using "valid" nooutput name "VALID"
stats file using "requests" nooutput name "ITEMS"
stats file using (strlen(strcol("cell"))) nooutput name "NAME"
stats file using (column("low_ms") == column("low_ms")) nooutput \
	name "WHISKER"
# Where a point or its whisker ends; a function needs an argument.
farthest(unused) = max(column("above_percent"), column("above_high_percent"))
# Where the server has no delay the ideal is nothing, and nothing is above it.
stats file using (max(0, farthest(0))) nooutput name "ABOVE"
stats file using (farthest(0) == farthest(0)) nooutput name "ANY_ABOVE"

rows = TIME_records
height = 172 + 34 * rows
left = max(0.15, min(0.5, (8.2 * NAME_max + 20) / 900))
middle = left + 0.6 * (0.975 - left)
y(i) = -i
several(least, most, what) = (least == most ? "" : sprintf("%d to ", least)) \
	. sprintf("%d %s%s", most, what, most == 1 ? "" : "s")

# Text from a column into a variable: what all cells have in common.
work = ""
set table $unused
plot file using (work = strcol("work"), $0 + 1):($0 + 1) with points
unset table

eval open(900, height)
set multiplot

set yrange [-rows + 0.45 : 0.55]
set tmargin at screen 1 - 112.0 / height
set bmargin at screen 60.0 / height
set boxwidth 0.62
set grid x back linecolor rgb PALE linetype 1 linewidth 0.7
set ytics scale 0 textcolor rgb INK

set label 1 sprintf("How long do %s take," \
	. " and how close is that to the ideal?", \
	several(ITEMS_min, ITEMS_max, "download")) \
	at screen 0.02, screen 1 - 26.0 / height font LARGE textcolor rgb INK
set label 2 sprintf("Median of %s", several(VALID_min, VALID_max, \
	"valid trial")) . (WHISKER_max > 0 ? "; whiskers: its 95 % interval" \
	: "; too few for an interval") \
	. (work eq "" ? "" : "; " . work) \
	at screen 0.02, screen 1 - 54.0 / height textcolor rgb GREY
set label 3 SQUARE . "elapsed" at graph 0, 1 offset 0, 0.8 textcolor rgb SKY
set label 4 LINE . "ideal: the server's delays alone" \
	at screen left + 90.0 / 900, graph 1 offset 0, 0.8 \
	textcolor rgb VERMILION
set lmargin at screen left
set rmargin at screen middle - 0.02
set xrange [0 : 1.22 * TIME_max]
set xtics step(TIME_max) textcolor rgb GREY
set xlabel "ms from the start to the last download" textcolor rgb GREY
plot \
	file using (0.5 * column("elapsed_ms")):(y($0)): \
		(0.5 * column("elapsed_ms")):(0.31):yticlabels(strcol("cell")) \
		with boxxyerror fillstyle solid noborder linecolor rgb SKY \
		notitle, \
	file using "ideal_ms":(y($0) - 0.42):(0):(0.84) \
		with vectors nohead linewidth 2 linecolor rgb VERMILION \
		notitle, \
	file using "low_ms":(y($0)):(column("high_ms") - column("low_ms")):(0) \
		with vectors nohead linewidth 2 linecolor rgb INK notitle, \
	file using (max(column("elapsed_ms"), column("high_ms"))):(y($0)): \
		(figure(column("elapsed_ms"))) \
		with labels left offset 0.7, 0 textcolor rgb INK notitle

unset label 1
unset label 2
unset label 4
set label 3 ANY_ABOVE_max > 0 ? "time above the ideal" \
	: "no delay, no ideal to be above" textcolor rgb INK
set lmargin at screen middle + 0.02
set rmargin at screen 0.975
set ytics format ""
widest = ABOVE_max > 0 ? ABOVE_max : 1
set xrange [0 : 1.35 * widest]
set xtics step(1.6 * widest)
set xlabel "% of the ideal"
plot \
	file using (0):(y($0) - 0.42):(0):(0.84) \
		with vectors nohead linewidth 2 linecolor rgb VERMILION \
		notitle, \
	file using "above_low_percent":(y($0)): \
		(column("above_high_percent") - column("above_low_percent")):(0) \
		with vectors nohead linewidth 2 linecolor rgb INK notitle, \
	file using "above_percent":(y($0)) \
		with points pointtype 7 pointsize 0.7 linecolor rgb BLUE \
		notitle, \
	file using (farthest(0)):(y($0)): \
		(sprintf("%.1f %%", column("above_percent"))) \
		with labels left offset 0.7, 0 textcolor rgb INK notitle
unset multiplot
