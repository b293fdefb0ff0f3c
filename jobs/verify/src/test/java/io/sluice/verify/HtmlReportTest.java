package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class HtmlReportTest {

    private final ObjectNode report = JsonNodeFactory.instance.objectNode().put("verdict", "equal");

    private String page() {
        return HtmlReport.of("books", report);
    }

    @Test
    void equalIsSaidOfWhatWasCompared() {
        assertThat(page()).contains("Source and target are equal<");

        report.withArray("not_compared_indices")
                .addObject()
                .put("name", "<shut>")
                .put("rule", "closed_at_source");

        assertThat(page())
                .contains(
                        "Source and target are equal, as far as they were compared<",
                        "&lt;shut&gt;",
                        "closed at source")
                .doesNotContain("<shut>");
    }

    @Test
    void whatIsIncompleteIsNotEqual() {
        report.put("verdict", "incomplete").withArray("names_unresolved").add("lost");

        assertThat(page())
                .contains(
                        "class=\"v incomplete\"", "Nothing differs, but not all could be compared", "<code>lost</code>")
                .doesNotContain("are equal");
    }

    @Test
    void whatWasReadSaysTheFirstParagraph() {
        report.put("snapshot", "snap-1");
        report.putObject("documents").put("unchanged", 1_200);

        assertThat(page())
                .contains("with the source as snapshot snap-1 has it", "without the sources of 1,200 documents");
    }
}
