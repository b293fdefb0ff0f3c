package io.sluice.control.console;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/**
 * How far a long step is. On a terminal a bar that is redrawn in place; elsewhere a line at the start of every tenth and
 * at least every half minute. It may be told as often as one likes.
 */
public final class Progress {

    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final int BAR = 24;
    private static final String CLEAR_REST = "\u001B[K";

    private final PrintWriter writer;
    private final Terminal terminal;
    private final InstantSource clock;
    private final String step;
    private final String unit;

    private Instant drawn = Instant.EPOCH;
    private long tenth = -1;
    private boolean open;

    Progress(PrintWriter writer, Terminal terminal, InstantSource clock, String step, String unit) {
        this.writer = writer;
        this.terminal = terminal;
        this.clock = clock;
        this.step = step;
        this.unit = unit;
    }

    /**
     * Tells how far it is.
     *
     * @param total 0 when it is not known yet
     * @param detail stands behind the numbers: a rate, a time to go; may be empty
     */
    public void update(long done, long total, String detail) {
        if (terminal.interactive()) {
            redraw(done, total, detail);
        } else {
            print(done, total, detail);
        }
    }

    /** Ends the step with a line that stays. */
    public void end(String result) {
        if (open) {
            writer.print("\r" + CLEAR_REST);
            open = false;
        }
        writer.println(step + ": " + result);
        writer.flush();
    }

    private void redraw(long done, long total, String detail) {
        if (isWithin(REDRAW)) {
            return;
        }
        String line = step + " " + bar(done, total) + " " + numbers(done, total, detail);
        writer.print("\r" + line.substring(0, Math.min(line.length(), terminal.columns() - 1)) + CLEAR_REST);
        writer.flush();
        open = true;
    }

    private void print(long done, long total, String detail) {
        long now = total == 0 ? 0 : done * 10 / total;
        if (now <= tenth && isWithin(SILENCE)) {
            return;
        }
        isWithin(Duration.ZERO);
        tenth = Math.max(tenth, now);
        writer.println(step + ": " + numbers(done, total, detail));
        writer.flush();
    }

    private boolean isWithin(Duration pause) {
        Instant now = clock.instant();
        if (now.isBefore(drawn.plus(pause))) {
            return true;
        }
        drawn = now;
        return false;
    }

    private static String bar(long done, long total) {
        int filled = total == 0 ? 0 : (int) Math.min(BAR, done * BAR / total);
        return "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "]";
    }

    private String numbers(long done, long total, String detail) {
        String counts = total == 0
                ? "%s %s".formatted(Numbers.grouped(done), unit)
                : String.format(
                        Locale.ROOT,
                        "%3d %% %s of %s %s",
                        Math.min(100, done * 100 / total),
                        Numbers.grouped(done),
                        Numbers.grouped(total),
                        unit);
        return detail.isEmpty() ? counts : counts + ", " + detail;
    }
}
