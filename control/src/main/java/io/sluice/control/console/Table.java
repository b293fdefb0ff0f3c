package io.sluice.control.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Rows under a header. A column in which every cell is a number or empty stands to the right. */
public final class Table {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;

    public Table(String... header) {
        columns = header.length;
        rows.add(List.of(header));
    }

    /** Adds a row; numbers are written with {@code ,} between thousands. */
    public Table row(Object... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException("A row needs " + columns + " cells, not " + cells.length);
        }
        rows.add(Arrays.stream(cells).map(Table::text).toList());
        return this;
    }

    /** One line for each row, without trailing blanks. */
    public List<String> lines() {
        return rows.stream().map(this::line).toList();
    }

    private static String text(Object cell) {
        return cell instanceof Number number ? Numbers.grouped(number) : String.valueOf(cell);
    }

    private String line(List<String> row) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            String padding = " ".repeat(width(i) - row.get(i).length());
            cells.add(isNumeric(i) ? padding + row.get(i) : row.get(i) + padding);
        }
        return cells.stream().collect(Collectors.joining(GAP)).stripTrailing();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private boolean isNumeric(int column) {
        return rows.size() > 1
                && rows.stream()
                        .skip(1)
                        .allMatch(row -> row.get(column).matches("(-?[\\d,]+(\\.\\d+)?( ?[kmgt]?b| %)?)?"));
    }
}
