# Shows when the results came: the share of items that had ended, over time, in
# the trial nearest each cell's median. A steep curve is a burst, a straight one a
# steady stream, a late bend a few items that took long. Curves that coincide are
# one band with their names. Reads completion.csv and bands.csv. To be read after
# common.gp.
file = "completion.csv"
bands = "bands.csv"
stats file using "curve" nooutput name "CURVE"
stats file using "cells" nooutput name "CELLS"
stats file using (strlen(text("cell"))) nooutput name "NAME"
stats bands using "band" nooutput name "BAND"
stats bands using "high_ms" nooutput name "END"
curves = int(CURVE_max)
array name[curves]
array band[curves]
array many[int(BAND_max)]
array first[int(BAND_max)]
array last[int(BAND_max)]
work = ""
set table $unused
plot file using (c = int(number("curve")), name[c] = text("cell"), \
	band[c] = int(number("band")), work = text("work"), $0 + 1):($0 + 1) \
	with points
plot bands using (b = int(number("band")), many[b] = int(number("curves")), \
	first[b] = number("low_ms"), last[b] = number("high_ms"), \
	$0 + 1):($0 + 1) with points
unset table
only(b, x) = int(number("band")) == b ? x : NaN

# The names of each band, in lines below the time at which it was done.
array names[int(BAND_max)]
array lines[int(BAND_max)]
array alone[int(BAND_max)]
done(b) = figure(first[b]) eq figure(last[b]) ? figure(last[b]) \
	: figure(first[b]) . " to " . figure(last[b])
short = NAME_max <= 32
rows = 0
do for [b = 1 : int(BAND_max)] {
	names[b] = (many[b] > 1 ? sprintf("%d cells, ", many[b]) : "") \
		. "done after " . done(b) . " ms"
	lines[b] = 1
	do for [c = 1 : curves] {
		if (band[c] == b) {
			alone[b] = name[c]
			names[b] = names[b] . "\n" . clip(name[c], short ? 32 : 100)
			lines[b] = lines[b] + 1
		}
	}
	rows = rows + lines[b]
}
list = PITCH * rows + 14 * int(BAND_max)

# Short names stand beside the curves, long ones below them.
below = short ? 0 : list + 12
about = folded("Share of the items that had ended, in one trial of each" \
	. of_all(curves, CELLS_max, "cells"), SUBTITLE) \
	. (work eq "" ? "" : "\n" . folded_words(work, SUBTITLE))
above = 61 + PITCH * lines_of(about)
height = above + below + max(482, short ? list + 20 : 0)
eval open(900, height)
set xrange [0 : 1.03 * max(END_max, 1e-3)]
set yrange [0 : 103]
set grid back linecolor rgb PALE linetype 1 linewidth 0.7
set xtics step(max(END_max, 1e-3)) textcolor rgb GREY
set ytics 25 format "%.0f %%" textcolor rgb GREY
set xlabel "time from the start, ms" textcolor rgb GREY
set tmargin at screen 1 - 1.0 * above / height
set bmargin at screen (60.0 + below) / height
set lmargin at screen 0.08
right = short ? 0.945 - (CHARACTER * max(NAME_max, 32) + 20) / 900 : 0.975
set rmargin at screen right
unset key
set label 1 "When did the results come?" \
	at screen 0.02, screen 1 - 26.0 / height font LARGE textcolor rgb INK
set label 2 about at screen 0.02, screen 1 - 54.0 / height textcolor rgb GREY
x = short ? right + 0.02 : 0.02
y = short ? 1 - (above + 8.0) / height : (below - 16.0) / height
do for [b = 1 : int(BAND_max)] {
	set arrow b from screen x, screen y to screen x + 0.03, screen y nohead \
		linewidth many[b] > 1 ? 6 : 2.5 dashtype many[b] > 1 ? 1 : dash(b) \
		linecolor rgb colour(b)
	set label 10 + b names[b] at screen x + 0.04, screen y \
		textcolor rgb INK
	y = y - (PITCH * lines[b] + 14) / height
}
# The height of a step, in percent.
slice = 1.0
# Of a curve's points those where another tenth of the items had ended say so.
decile = -1
another(x) = int(number("share_percent") / 10) == decile ? NaN \
	: (decile = int(number("share_percent") / 10), x)
plot for [b = 1 : int(BAND_max)] bands using (only(b, number("low_ms"))): \
		(number("share_percent") - 0.5 * slice): \
		"low_ms":"high_ms": \
		(number("share_percent") - slice):"share_percent" \
		with boxxyerror fillstyle transparent solid 0.5 noborder \
		linecolor rgb colour(b) notitle, \
	for [b = 1 : int(BAND_max)] bands using (only(b, number("low_ms"))): \
		"share_percent" with steps linewidth 2 dashtype many[b] > 1 ? 1 : dash(b) \
		linecolor rgb colour(b) notitle, \
	for [b = 1 : int(BAND_max)] bands using (many[b] < 2 ? NaN : only(b, number("high_ms"))): \
		"share_percent" with steps linewidth 2 dashtype many[b] > 1 ? 1 : dash(b) \
		linecolor rgb colour(b) notitle, \
	for [b = 1 : SPOTS * int(BAND_max)] bands using \
		(only(b, another(number("high_ms")))):"share_percent": \
		(sprintf("%.0f %% after %s ms: %s", number("share_percent"), \
		figure(number("high_ms")), many[b] > 1 \
		? sprintf("%d cells", many[b]) : alone[b])) \
		with labels hypertext point pointtype 7 pointsize 2 \
		linecolor rgb CLEAR notitle
