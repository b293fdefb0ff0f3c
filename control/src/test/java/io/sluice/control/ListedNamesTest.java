package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.verify.Listed;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ListedNamesTest {

    private static final ClusterNames SOURCE = new ClusterNames(Map.of(
            "books-1", Set.of("books-1"),
            "books-2", Set.of("books-2"),
            "books", Set.of("books-1", "books-2"),
            "logs", Set.of(".ds-logs-1"),
            ".ds-logs-1", Set.of(".ds-logs-1")));

    private static final ClusterNames TARGET =
            new ClusterNames(Map.of("library", Set.of("library"), "shelf", Set.of("library")));

    private static ListedNames resolved(Listed listed) {
        return ListedNames.of(listed, List.of(SOURCE, TARGET));
    }

    @Test
    void aliasesAndDataStreamsAreTheIndicesBehindThem() {
        ListedNames names = resolved(new Listed(Map.of("books", Set.of("7"), "shelf", Set.of("8")), Set.of("logs")));

        assertThat(names.listed())
                .isEqualTo(new Listed(
                        Map.of("books-1", Set.of("7"), "books-2", Set.of("7"), "library", Set.of("8")),
                        Set.of(".ds-logs-1")));
        assertThat(names.unresolved()).isEmpty();
    }

    @Test
    void patternsFitAliasesToo() {
        assertThat(resolved(new Listed(Map.of(), Set.of("sh*"))).listed().whole())
                .containsExactly("library");
    }

    @Test
    void whatStandsForNothingIsNamedAndKept() {
        ListedNames names = resolved(new Listed(Map.of("gone", Set.of("1")), Set.of("lost*", "library")));

        assertThat(names.unresolved()).containsExactly("gone", "lost*");
        assertThat(names.listed().documents()).containsKey("gone");
        assertThat(names.listed().whole()).containsExactlyInAnyOrder("lost*", "library");
    }

    @Test
    void everythingStaysEverything() {
        assertThat(resolved(Listed.EVERYTHING)).isEqualTo(new ListedNames(Listed.EVERYTHING, Set.of()));
    }
}
