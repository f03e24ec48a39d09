# Shows when the results came: the share of items that had ended, over time, in
# the trial nearest each cell's median. A steep curve is a burst, a straight one a
# steady stream, a late bend a few items that took long. Reads completion.csv.
# To be read after common.gp.
file = "completion.csv"
stats file using "curve" nooutput name "CURVE"
stats file using "end_ms" nooutput name "END"
stats file using "cells" nooutput name "CELLS"
stats file using (strlen(text("cell"))) nooutput name "NAME"
curves = int(CURVE_max)
array name[curves]
work = ""
set table $unused
plot file using (name[int(column("curve"))] = text("cell"), \
	work = text("work"), $0 + 1):($0 + 1) with points
unset table
colour(c) = word(BLUE . " " . VERMILION . " " . PURPLE . " " . ORANGE . " " \
	. SKY . " " . INK . " " . GREY, (c - 1) % 7 + 1)
only(c, x) = int(column("curve")) == c ? x : NaN

# Short names stand beside the curves, long ones below them.
short = NAME_max <= 32
below = short ? 0 : 19 * curves + 12
about = folded("Share of the items that had ended, in one trial of each" \
	. of_all(curves, CELLS_max, "cells") \
	. (work eq "" ? "" : "; " . work), SUBTITLE)
above = 61 + 17 * lines_of(about)
height = 482 + above + below
eval open(900, height)
set xrange [0 : 1.03 * max(END_max, 1e-3)]
set yrange [0 : 103]
set grid back linecolor rgb PALE linetype 1 linewidth 0.7
set xtics step(max(END_max, 1e-3)) textcolor rgb GREY
set ytics 25 format "%.0f %%" textcolor rgb GREY
set xlabel "ms from the start" textcolor rgb GREY
set tmargin at screen 1 - 1.0 * above / height
set bmargin at screen (60.0 + below) / height
set lmargin at screen 0.08
right = short ? 0.94 - (CHARACTER * NAME_max + 20) / 900 : 0.975
set rmargin at screen right
if (short) {
	set key at screen 0.985, screen 1 - 1.0 * above / height top right \
		Left reverse samplen 2 textcolor rgb INK
} else {
	set key at screen 0.02, screen 1.0 * below / height top left \
		Left reverse samplen 2 maxcols 1 textcolor rgb INK
}
set label 1 "When did the results come?" \
	at screen 0.02, screen 1 - 26.0 / height font LARGE textcolor rgb INK
set label 2 about at screen 0.02, screen 1 - 54.0 / height textcolor rgb GREY
# The second seven are dashed, the third dotted: there are no more colours to
# tell apart.
plot for [c = 1 : curves] file using \
	(only(c, column("end_ms"))):"share_percent" with steps \
	linewidth 2 dashtype 1 + (c > 7) + (c > 14) linecolor rgb colour(c) \
	title clip(name[c], 100)
