# Shows which cell is fastest at which values of two settings, and how much longer
# the second one takes. Reads winners.csv. To be read after common.gp.
file = "winners.csv"
stats file using "x" nooutput name "X"
stats file using "y" nooutput name "Y"
stats file using "fields" nooutput name "FIELDS"
stats file using "maps" nooutput name "MAPS"
stats file using "blocks" nooutput name "BLOCKS"
stats file using "tied" nooutput name "TIED"
stats file using (max(strlen(text("fastest")), strlen(text("second")))) \
	nooutput name "NAME"
columns = int(X_max)
rows = int(Y_max)
array x_level[columns]
array y_level[rows]
x_axis = ""
y_axis = ""
work = ""
set table $unused
plot file using (x_level[int(number("x"))] = text("x_level"), \
	y_level[int(number("y"))] = text("y_level"), x_axis = text("x_axis"), \
	y_axis = text("y_axis"), work = text("work"), $0 + 1):($0 + 1) \
	with points
unset table
# Mixed with white, so that the names can be read on any of them; the more so
# where nothing is certain.
colour(i) = int(word("0x0072B2 0xE69F00 0xCC79A7 0x56B4E9 0xD55E00 0x767676", \
	int(i) > 6 ? 6 : int(i)))
mixed(channel, share) = int(255 - share * (255 - channel))
mix(c, share) = mixed(c / 65536, share) * 65536 \
	+ mixed(c / 256 % 256, share) * 256 + mixed(c % 256, share)
full(unused) = mix(colour(number("colour")), 0.55)
pale(unused) = mix(colour(number("colour")), 0.12)
hatch(unused) = mix(colour(number("colour")), 0.35)

about = folded(sprintf("By the median total time of %d block%s", BLOCKS_max, \
	BLOCKS_max > 1 ? "s" : "") \
	. of_all(FIELDS_records, FIELDS_max, "fields") . (MAPS_max > 1 ? \
	sprintf("; the first of %d maps", MAPS_max) : ""), SUBTITLE) \
	. (work eq "" ? "" : "\n" . folded_words(work, SUBTITLE))
above = 92 + PITCH * lines_of(about)
pixels = 84.0 * rows
height = above + pixels + 64
eval open(900, height)
set xrange [0.5 : columns + 0.5]
set yrange [0.5 : rows + 0.5]
set border 0
set xtics scale 0 ("" 1)
set ytics scale 0 ("" 1)
do for [i = 1 : columns] { set xtics add (x_level[i] i) }
do for [i = 1 : rows] { set ytics add (y_level[i] i) }
set xlabel x_axis textcolor rgb GREY
# As wide as tics may be, the axis has no place for it beside them.
set label 4 y_axis rotate center at screen 0.02, graph 0.5 textcolor rgb GREY
set tmargin at screen 1 - above / height
set bmargin at screen 64.0 / height
set lmargin at screen 0.13
set rmargin at screen 0.98
set label 1 "Which is fastest, at which " . setting(x_axis) . " and " \
	. setting(y_axis) . "?" \
	at screen 0.02, screen 1 - 26.0 / height font LARGE textcolor rgb INK
set label 2 about at screen 0.02, screen 1 - 54.0 / height textcolor rgb GREY
set label 3 "In each field: the fastest cell, and how much longer the second" \
	. " one takes." . (TIED_max > 0 ? " Pale, hatched: which of the two" \
	. " is faster is not certain." : "") \
	at screen 0.02, screen 1 - (66.0 + PITCH * lines_of(about)) / height \
	textcolor rgb INK
# Names take as much room as there is, and are cut off beyond that.
room = 0.85 * 900 / columns - 10
size = max(5, min(10, room / (0.72 * NAME_max)))
FIELD = sprintf("DejaVu Sans,%.1f", format eq "svg" ? 1.3 * size : size)
fit = int(room / (0.72 * size))
is(tied, x) = int(number("tied")) == tied ? x : NaN
name(column, other) = clip(text(column), fit - other)
both(unused) = name("fastest", 0) . "\nor " . name("second", 3)
ahead(unused) = name("fastest", 0) . (text("second") eq "" ? "\nthe only one" : "" \
	. sprintf("\n%.0f %% ahead of\n", number("behind_percent")) \
	. name("second", 0))
plot \
	file using (is(0, number("x"))):"y":(0.49):(0.48):(full(0)) \
		with boxxyerror fillstyle solid noborder \
		linecolor rgb variable notitle, \
	file using (is(1, number("x"))):"y":(0.49):(0.48):(pale(0)) \
		with boxxyerror fillstyle solid noborder \
		linecolor rgb variable notitle, \
	file using (is(1, number("x"))):"y":(0.49):(0.48):(hatch(0)) \
		with boxxyerror fillstyle transparent pattern 4 noborder \
		linecolor rgb variable notitle, \
	file using (is(0, number("x"))):"y":(ahead(0)) with labels font FIELD \
		offset 0, 0.9 textcolor rgb DARK notitle, \
	file using (is(1, number("x"))):"y":(both(0)) with labels font FIELD \
		offset 0, 0.5 textcolor rgb DARK notitle, \
	for [s = 1 : SPOTS] file using "x":"y":(text("fastest") \
		. " is fastest at " . on_axis(x_axis, text("x_level")) . ", " \
		. on_axis(y_axis, text("y_level")) . (text("second") eq "" ? "" \
		: sprintf(", %.1f %% ahead of ", number("behind_percent")) \
		. text("second"))) \
		with labels hypertext point pointtype 7 pointsize 2 \
		linecolor rgb CLEAR notitle
