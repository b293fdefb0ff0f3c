package io.sluice.proxy.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterPathsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "items items.index._id true",
                "items.* items.index._id true",
                "items.*._id items.index._id true",
                "items.*.status items.index._id false",
                "items.index items.create._id false",
                "** items.index._id true",
                "**._id items.index._id true",
                "**._id _id false",
                "**.** _id false",
                "**.**.** items.index._id true",
                "*._id items.index._id false",
                "i*s.*d*.*_id items.index._id true",
                "items.index._id.x items.index._id false",
                "_id,_version _version true",
                "-_id _id false",
                "-_id _version true",
                "-items.index.x items.index._id true",
                "-items.* items.index._id false",
                "-items items.index._id false",
                "-**._id items.index._id false",
                "_shards,-_shards.total _shards.total false",
                "_shards,-_shards.total _shards.failed true",
                "_shards,-_shards _shards.failed false"
            })
    void keepsAndDropsByPath(String filterPath, String path, boolean kept) {
        FilterPaths paths = FilterPaths.parse(filterPath).orElseThrow();

        assertThat(paths.keepsAll(List.of(List.of(path.split("\\."))))).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "a a true",
                "a b false",
                "a ab false",
                "* a true",
                "* '' true",
                "a* a true",
                "a* abc true",
                "a* ba false",
                "*a ba true",
                "*a ab false",
                "a*a a false",
                "a*a aa true",
                "a*b*c abbc true",
                "a*b*c acb false",
                "*b*b* ab false",
                "*b*b* abab true",
                "a**c abc true",
                "ab*ba aba false",
                "é* éé true"
            })
    void matchesNames(String segment, String name, boolean matches) {
        assertThat(PathFilter.matches(segment, name)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "a,-", "- ", "a.", ".a", "a..b", "-a.", "a\\.b", "-.", "."})
    void doesNotReadWhatServersReadInSeveralWays(String filterPath) {
        assertThat(FilterPaths.parse(filterPath)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", " , ,", " "})
    void filtersNothingWhenItSaysNothing(String filterPath) {
        assertThat(FilterPaths.parse(filterPath).orElseThrow().isEmpty()).isTrue();
    }
}
