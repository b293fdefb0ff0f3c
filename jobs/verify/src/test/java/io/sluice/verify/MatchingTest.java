package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatchingTest {

    private final List<String> unmatched = new ArrayList<>();

    private static Sighting at(Side side, long hash) {
        return Sighting.of(side, new Seen(hash, 0, false, 1, "books", null));
    }

    private Window window(int most) {
        return new Window(most, (key, sighting) -> unmatched.add(key));
    }

    @Test
    void whatIsTheSameOnBothSidesIsNotHandedOn() {
        Window window = window(10);
        window.see("a", at(Side.SOURCE, 1));
        window.see("b", at(Side.TARGET, 2));
        window.see("b", at(Side.SOURCE, 2));
        window.see("a", at(Side.TARGET, 1));
        window.flush();

        assertThat(unmatched).isEmpty();
    }

    @Test
    void whatDiffersIsHandedOnAtOnceAndWhatHasNoOtherAtTheEnd() {
        Window window = window(10);
        window.see("alone", at(Side.SOURCE, 1));
        window.see("a", at(Side.SOURCE, 1));
        window.see("a", at(Side.TARGET, 2));

        assertThat(unmatched).containsExactly("a");
        window.flush();
        assertThat(unmatched).containsExactly("a", "alone");
    }

    @Test
    void theOldestMakesRoom() {
        Window window = window(2);
        for (String key : List.of("a", "b", "c", "d")) {
            window.see(key, at(Side.SOURCE, 1));
        }

        assertThat(unmatched).containsExactly("a", "b");
    }

    @Test
    void aDocumentThatOneSideShowsTwiceWaitsAsItWasShownLast() {
        Window window = window(2);
        window.see("a", at(Side.SOURCE, 1));
        window.see("a", at(Side.SOURCE, 2));
        window.see("a", at(Side.TARGET, 2));
        window.flush();

        assertThat(unmatched).isEmpty();
    }

    @Test
    void twoDocumentsOfTheSourceThatTheTargetCanOnlyHaveOneOfAreNeverEqual() {
        Window window = window(2);
        window.see("a", at(Side.SOURCE, 1));
        window.see("a", Sighting.of(Side.SOURCE, new Seen(2, 0, false, 1, "books", "other")));
        window.see("a", at(Side.TARGET, 2));
        Sighting both = new Sighting(new Seen(1, 0, false, 1, "books", null), new Seen(2, 0, false, 1, "books", null))
                .with(Sighting.of(Side.SOURCE, new Seen(2, 0, false, 1, "notes", null)));

        assertThat(unmatched).containsExactly("a");
        assertThat(both.isEqual()).isFalse();
        assertThat(Sighting.of(both.toBytes())).isEqualTo(both);
    }

    @Test
    void aSightingSurvivesBeingWritten() {
        Sighting both = new Sighting(
                new Seen(1, 2, true, 3, "here", "type", new SnapshotPlace(0, "_1", 2).text()),
                new Seen(4, 5, false, Seen.UNKNOWN, "there", null));

        assertThat(Sighting.of(both.toBytes())).isEqualTo(both);
        assertThat(Sighting.of(at(Side.TARGET, 7).toBytes())).isEqualTo(at(Side.TARGET, 7));
    }

    @Test
    void aKeySurvivesBeingWritten() {
        for (DocumentKey key : List.of(
                new DocumentKey("books", "1", null),
                new DocumentKey("books", "1", ""),
                new DocumentKey("books", "=1\0", "a\0=3"),
                new DocumentKey("books", "", "rué"))) {
            assertThat(DocumentKey.of(key.text())).isEqualTo(key);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"b\":{\"c\":[1,2]}}|{\"b\":{\"c\":[1,3]},\"a\":1}|b.c.1",
                "{\"a\":1.50}|{\"a\":1.5}|a",
                "{\"a\":{}}|{}|a",
                "{\"a\":[]}|{\"a\":{}}|a",
                "{\"a\":1}|{\"a\":\"1\"}|a",
            })
    void pathsAreThoseThatDiffer(String source, String target, String path) throws Exception {
        assertThat(FieldPaths.between(source.getBytes(StandardCharsets.UTF_8), target.getBytes(StandardCharsets.UTF_8)))
                .containsExactly(path);
    }
}
