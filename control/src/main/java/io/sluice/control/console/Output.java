package io.sluice.control.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.time.InstantSource;

/**
 * Where a command says what it found. What is for people vanishes with {@code --json}, except for steps, which go to
 * stderr then; what is for programs vanishes without it. So a command says both and asks nothing.
 */
public final class Output {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;
    private final PrintWriter err;
    private final Terminal terminal;
    private final InstantSource clock;
    private final boolean json;
    private boolean answered;

    public Output(PrintWriter out, PrintWriter err, Terminal terminal, InstantSource clock, boolean json) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.clock = clock;
        this.json = json;
    }

    /** A result, for people. */
    public void line(String text) {
        if (!json) {
            out.println(text);
            out.flush();
        }
    }

    /** Results in columns, for people. */
    public void table(Table table) {
        table.lines().forEach(this::line);
    }

    /** What is being done now, for people. */
    public void step(String text) {
        steps().println(text);
        steps().flush();
    }

    /** A step that takes long enough to wonder. */
    public Progress progress(String step, String unit) {
        return new Progress(steps(), json ? Terminal.NONE : terminal, clock, step, unit);
    }

    /** What to do next, for people: a command, as it would be typed. */
    public void hint(String command) {
        line("Next: " + command);
    }

    /** A question to a person; what is typed next stands behind it. Only when {@link #isInteractive}. */
    public void question(String text) {
        out.print(text + " ");
        out.flush();
    }

    /** A failure that does not end the command at once. */
    public void error(String text) {
        err.println("sluice: " + text);
        err.flush();
    }

    /** Something to look at that stops nothing. */
    public void warning(String text) {
        err.println("sluice: warning: " + text);
        err.flush();
    }

    /** The result, for programs. Once. */
    public void document(JsonNode document) {
        if (!json) {
            return;
        }
        if (answered) {
            throw new IllegalStateException("A command gives one JSON document");
        }
        answered = true;
        try {
            out.println(JSON.writeValueAsString(document));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A tree cannot be written", impossible);
        }
        out.flush();
    }

    /** Whether somebody watches a terminal: only then may a question be asked. */
    public boolean isInteractive() {
        return terminal.interactive() && !json;
    }

    /** Whether {@code --json} was given and no document has been written yet. */
    public boolean owesDocument() {
        return json && !answered;
    }

    private PrintWriter steps() {
        return json ? err : out;
    }
}
