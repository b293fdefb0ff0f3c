package io.sluice.control.console;

import java.util.Map;

/**
 * What stands behind stdout.
 *
 * @param interactive whether somebody watches: lines may be redrawn
 * @param columns its width; of meaning only when interactive
 */
public record Terminal(boolean interactive, int columns) {

    /** A file or a pipe. */
    public static final Terminal NONE = new Terminal(false, 80);

    private static final int NARROWEST = 40;
    private static final int WIDEST = 200;

    /**
     * What the start script found out: it alone can ask whether stdout is a terminal, whatever stdin is.
     *
     * @param columns the width of the terminal; empty when stdout is none
     */
    public static Terminal of(String columns, Map<String, String> environment) {
        if (!columns.matches("\\d{1,4}") || "dumb".equals(environment.get("TERM"))) {
            return NONE;
        }
        return new Terminal(true, Math.min(WIDEST, Math.max(NARROWEST, Integer.parseInt(columns))));
    }
}
