package io.sluice.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentQueryTest {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private static final String DOCUMENT = """
            {"name": "Ada", "born": "1815-12-10", "n": 7, "big": 123456789012345678901234567890, "pi": 3.14, "yes": true,
             "nothing": null, "empty": {}, "hollow": {"a": null, "b": []}, "tags": ["x", "y", null],
             "o": {"p": {"q": "deep"}, "l": [{"v": 1}, {"v": 2, "w": "z"}]}, "dot.ted": {"key": 1}, "o.p.r": "flat",
             "clef": "\\uD834\\uDD1E"}""";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"match_all": {}}                                         | true
            {"term": {"name": "Ada"}}                                 | true
            {"term": {"name": {"value": "Ada"}}}                      | true
            {"term": {"name": "ada"}}                                 | false
            {"term": {"n": 7}}                                        | true
            {"term": {"n": 7.0}}                                      | true
            {"term": {"n": "7"}}                                      | false
            {"term": {"big": 123456789012345678901234567890}}         | true
            {"term": {"big": 123456789012345678901234567891}}         | false
            {"term": {"pi": 3.140}}                                   | true
            {"term": {"yes": true}}                                   | true
            {"term": {"yes": false}}                                  | false
            {"term": {"tags": "y"}}                                   | true
            {"term": {"o.l.v": 2}}                                    | true
            {"term": {"o.p.q": "deep"}}                               | true
            {"term": {"o.p.r": "flat"}}                               | true
            {"term": {"dot.ted.key": 1}}                              | true
            {"term": {"nowhere": 1}}                                  | false
            {"term": {"o": 1}}                                        | false
            {"terms": {"tags": ["a", "x"]}}                           | true
            {"terms": {"tags": []}}                                   | false
            {"prefix": {"name": "A"}}                                 | true
            {"prefix": {"n": "7"}}                                    | false
            {"range": {"n": {"gt": 6, "lt": 8}}}                      | true
            {"range": {"n": {"gt": 7}}}                               | false
            {"range": {"n": {"gte": 7, "lte": 7}}}                    | true
            {"range": {"born": {"gte": "1815", "lt": "1816"}}}        | true
            {"range": {"born": {"gte": 1815}}}                        | false
            {"range": {"o.l.v": {"gt": 1}}}                           | true
            {"range": {"clef": {"gt": "\uFFFD"}}}                     | true
            {"exists": {"field": "name"}}                             | true
            {"exists": {"field": "o"}}                                | true
            {"exists": {"field": "o.p"}}                              | true
            {"exists": {"field": "dot"}}                              | true
            {"exists": {"field": "tags"}}                             | true
            {"exists": {"field": "nothing"}}                          | false
            {"exists": {"field": "empty"}}                            | false
            {"exists": {"field": "hollow"}}                           | false
            {"bool": {}}                                              | true
            {"bool": {"must": {"term": {"n": 7}}, "must_not": [{"term": {"yes": true}}]}} | false
            {"bool": {"filter": [{"term": {"n": 7}}], "should": [{"term": {"n": 8}}]}}    | true
            {"bool": {"should": [{"term": {"n": 8}}, {"term": {"n": 7}}]}}                | true
            {"bool": {"should": [{"term": {"n": 8}}]}}                                    | false
            {"bool": {"should": [{"term": {"n": 8}}, {"term": {"n": 7}}], "minimum_should_match": 2}} | false
            {"bool": {"must": [{"exists": {"field": "o"}}, {"exists": {"field": "o.l.w"}}]}} | true
            """)
    void matchesWhatStandsInTheSource(String query, boolean expected) throws Exception {
        assertThat(matches(query, DOCUMENT)).isEqualTo(expected);
    }

    @Test
    void valuesOfOneDocumentAreGoneForTheNext() throws Exception {
        DocumentQuery query = DocumentQuery.parse(JSON.readTree("{\"exists\": {\"field\": \"a.b\"}}"));
        SourceValues values = new SourceValues(query);

        values.read("{\"a\":{\"b\":1}}".getBytes(UTF_8), 0, 13);
        assertThat(query.matches(values)).isTrue();
        values.read("{\"a\":{\"c\":1}}".getBytes(UTF_8), 0, 13);
        assertThat(query.matches(values)).isFalse();
    }

    @Test
    void whatIsNoJsonIsRefused() throws JsonProcessingException {
        SourceValues values = new SourceValues(DocumentQuery.parse(JSON.readTree("{\"term\": {\"a\": 1}}")));

        assertThatThrownBy(() -> values.read("{\"a\":".getBytes(UTF_8), 0, 5))
                .isInstanceOf(UnreadableSourceException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            7                                           | expected an object with [bool
            {}                                          | expected an object with [bool
            {"match": {"a": 1}}                         | match: expected one of [bool
            {"term": {"a": {"boost": 1}}}               | term.a.boost: expected one of [value]
            {"term": {"a": [1]}}                        | term.a: expected a text, a number
            {"terms": {"a": 1}}                         | terms.a: expected a list
            {"prefix": {"a": 1}}                        | prefix.a: expected a text
            {"range": {"a": {"from": 1}}}               | range.a.from: expected one of [gt
            {"range": {"a": {}}}                        | range.a: expected one of [gt
            {"range": {"a": {"gt": true}}}              | range.a.gt: expected a number or a text
            {"exists": {"path": "a"}}                   | exists.path: expected "field"
            {"bool": {"must": [{"foo": {}}]}}           | bool.must[0].foo: expected one of [bool
            {"bool": {"boost": 1}}                      | bool.boost: expected one of [filter
            {"bool": {"minimum_should_match": "75%"}}   | bool.minimum_should_match: expected a number from 0 to 0
            """)
    void anotherQueryIsRefusedByItsKeyPath(String query, String message) throws JsonProcessingException {
        var parsed = JSON.readTree(query);

        assertThatThrownBy(() -> DocumentQuery.parse(parsed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    private static boolean matches(String query, String document) throws Exception {
        DocumentQuery parsed = DocumentQuery.parse(JSON.readTree(query));
        SourceValues values = new SourceValues(parsed);
        byte[] source = document.getBytes(UTF_8);
        values.read(source, 0, source.length);
        return parsed.matches(values);
    }
}
