package io.sluice.proxy.answer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "/_bulk?filter_path=errors errors /_bulk",
                "/_bulk?filter_path=errors&refresh errors /_bulk?refresh",
                "/_bulk?refresh&filter_path=errors errors /_bulk?refresh",
                "/_bulk?a=1&filter_path=errors&b=2 errors /_bulk?a=1&b=2",
                "/_bulk?a=1;filter_path=errors;b=2 errors /_bulk?a=1;b=2",
                "/_bulk?filter_path=took&a&filter_path=errors errors /_bulk?a",
                "/_bulk?filter%5Fpath=errors errors /_bulk",
                "/_bulk?f%69lter_path=%65rrors&a=%2F errors /_bulk?a=%2F",
                "/_bulk?filter_path=took,%20errors 'took, errors' /_bulk",
                "/_bulk?filter_path=took,+errors 'took, errors' /_bulk",
                "/_bulk?filter_path=%C3%A9 é /_bulk",
                "/_bulk?filter_path '' /_bulk",
                "/_bulk?filter_path= '' /_bulk",
                "/_bulk?filter_path=a=b a=b /_bulk",
                "/_bulk?&filter_path=a& a /_bulk?&",
                "/_bulk?x&&filter_path=a a /_bulk?x&",
                "/_bulk?a?filter_path=b&filter_path=c c /_bulk?a?filter_path=b",
                "/a%2Fb/_doc/1?filter_path=_id _id /a%2Fb/_doc/1",
                "http://h:9200/_bulk?filter_path=_id _id http://h:9200/_bulk"
            })
    void findsTheValueThatCountsAndLeavesTheRestAsItStands(String target, String value, String without) {
        Query query = Query.of(target).orElseThrow();

        assertThat(query.value("filter_path")).hasValue(value);
        assertThat(query.targetWithout("filter_path")).isEqualTo(without);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/_bulk",
                "/_bulk?",
                "/_bulk?filter_paths=a",
                "/_bulk?FILTER_PATH=a",
                "/filter_path=a",
                "/_bulk?a&&"
            })
    void leavesATargetWithoutSuchAValueAsItStands(String target) {
        Query query = Query.of(target).orElseThrow();

        assertThat(query.has("filter_path")).isFalse();
        assertThat(query.targetWithout("filter_path")).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/_bulk?filter_path=a%", "/_bulk?a=%2", "/_bulk?%zz", "/_bulk?filter_path=a#b"})
    void takesNothingApartThatServersRefuseOrReadInTwoWays(String target) {
        assertThat(Query.of(target)).isEmpty();
    }
}
