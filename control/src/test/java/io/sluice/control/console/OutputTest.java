package io.sluice.control.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Instant now = Instant.EPOCH.plusSeconds(1000);

    private Output output(Terminal terminal, boolean json) {
        return new Output(new PrintWriter(out), new PrintWriter(err), terminal, () -> now, json);
    }

    @Test
    void printsForPeopleOnStdout() {
        Output output = output(Terminal.NONE, false);

        output.step("Reading the snapshot");
        output.line("3 indices");
        output.document(JsonNodeFactory.instance.objectNode());
        output.hint("sluice backfill status");

        assertThat(out.toString().lines())
                .containsExactly("Reading the snapshot", "3 indices", "Next: sluice backfill status");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void printsOneDocumentAndNothingElseOnStdoutWithJson() {
        Output output = output(new Terminal(true, 80), true);
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("a", 1);

        output.step("Reading the snapshot");
        output.line("3 indices");
        output.table(new Table("a"));
        output.progress("Copy", "documents").end("done");
        output.document(document);

        assertThat(out).hasToString("{\"a\":1}" + System.lineSeparator());
        assertThat(err.toString().lines()).containsExactly("Reading the snapshot", "Copy: done");
        assertThat(output.owesDocument()).isFalse();
        assertThatThrownBy(() -> output.document(document)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void alignsNumbersToTheRight() {
        Table table = new Table("index", "documents", "size")
                .row("books", 1234567, "1.5mb")
                .row("a-long-name", 7L, "");

        assertThat(table.lines())
                .containsExactly(
                        "index        documents   size", "books        1,234,567  1.5mb", "a-long-name          7");
    }

    @Test
    void redrawsABarInPlaceOnATerminal() {
        Progress progress = output(new Terminal(true, 60), false).progress("Copy", "documents");

        progress.update(500, 1000, "5,000/s");
        progress.update(501, 1000, "too soon");
        now = now.plus(Duration.ofMillis(100));
        progress.update(1000, 1000, "a detail that is far too long for such a narrow terminal");
        progress.end("1,000 documents");

        assertThat(out.toString())
                .isEqualTo("\rCopy [############............]  50 % 500 of 1,000 document\u001B[K"
                        + "\rCopy [########################] 100 % 1,000 of 1,000 docume\u001B[K"
                        + "\r\u001B[KCopy: 1,000 documents" + System.lineSeparator());
    }

    @Test
    void printsALineForEachTenthAndAfterASilenceElsewhere() {
        Progress progress = output(Terminal.NONE, false).progress("Copy", "documents");

        progress.update(0, 0, "");
        progress.update(50, 1000, "");
        progress.update(99, 1000, "");
        progress.update(100, 1000, "eta 9s");
        progress.update(199, 1000, "");
        now = now.plusSeconds(30);
        progress.update(199, 1000, "waiting for the target");

        assertThat(out.toString().lines())
                .containsExactly(
                        "Copy: 0 documents",
                        "Copy:  10 % 100 of 1,000 documents, eta 9s",
                        "Copy:  19 % 199 of 1,000 documents, waiting for the target");
        assertThat(out.toString()).doesNotContain("\u001B").doesNotContain("\r");
    }

    @Test
    void takesWhatIsNoTerminalForNone() {
        assertThat(Terminal.of("120", Map.of())).isEqualTo(new Terminal(true, 120));
        assertThat(Terminal.of("7", Map.of())).isEqualTo(new Terminal(true, 40));
        assertThat(Terminal.of("", Map.of())).isEqualTo(Terminal.NONE);
        assertThat(Terminal.of("120", Map.of("TERM", "dumb"))).isEqualTo(Terminal.NONE);
    }

    @Test
    void writesNumbersForPeople() {
        assertThat(Numbers.grouped(1234567)).isEqualTo("1,234,567");
        assertThat(Numbers.grouped(1234.56)).isEqualTo("1,234.6");
        assertThat(Numbers.bytes(512)).isEqualTo("512b");
        assertThat(Numbers.bytes(1536)).isEqualTo("1.5kb");
        assertThat(Numbers.duration(Duration.ofSeconds(45))).isEqualTo("45s");
        assertThat(Numbers.duration(Duration.ofSeconds(200))).isEqualTo("3m 20s");
        assertThat(Numbers.duration(Duration.ofMinutes(125))).isEqualTo("2h 5m");
    }
}
