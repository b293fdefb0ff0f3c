package io.sluice.capture.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RouteTest {

    @ParameterizedTest
    @MethodSource({"clientRequests", "hardRequests"})
    void tellsWhatARequestDoes(String routeClass, String method, String target, String template) {
        Route route = Route.of(method, target);

        assertThat(route.routeClass().name().toLowerCase(Locale.ROOT) + " " + route.template())
                .isEqualTo(routeClass + " " + template);
    }

    static Stream<String[]> clientRequests() {
        return rows("client-requests.txt");
    }

    static Stream<String[]> hardRequests() {
        return rows("hard-requests.txt");
    }

    @Test
    void tellsTheSameWithAQueryAndASlashAtTheEndAndAHost() {
        Stream<String> different = clientRequests()
                .filter(row -> Stream.of(row[2] + "?filter_path=a/_bulk&x", row[2] + "/", "http://host:9200" + row[2])
                        .anyMatch(target -> Route.of(row[1], target) != Route.of(row[1], row[2])))
                .map(row -> row[1] + " " + row[2]);

        assertThat(different).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,/a/_doc/1,DOCUMENT",
        "POST,/a/_doc,DOCUMENT",
        "DELETE,/a/t/1,DOCUMENT",
        "POST,/a/t/1/_update,DOCUMENT",
        "POST,/a/_update/1,DOCUMENT",
        "PUT,/a/_create/1,DOCUMENT",
        "POST,/_bulk,BULK",
        "PUT,/a/t/_bulk,BULK",
        "POST,/_bulk/stream,BULK_STREAM",
        "POST,/a/_update_by_query,BY_QUERY",
        "POST,/_reindex,BY_QUERY",
        "DELETE,/a/_query,BY_QUERY",
        "POST,/a/_rollover,ROLLOVER",
        "PUT,/a,INDEX",
        "PUT,/a/_mapping,INDEX",
        "POST,/_aliases,INDEX",
        "PUT,/_template/a,INDEX",
        "POST,/a/_refresh,NONE",
        "GET,/a/_doc/1,NONE",
        "POST,/_search,NONE",
        "PUT,/_cluster/settings,NONE",
        "POST,/_whatever,NONE"
    })
    void tellsWhatAReplayReadsInTheAnswer(String method, String target, Answer answer) {
        assertThat(Route.of(method, target).answer()).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/a/_doc/_search,      WRITE /{index}/_doc/{id},   READ /{index}/_doc/_search, READ /{index}/_doc/_search",
        "POST,/a/_doc/_mget,        WRITE /{index}/_doc/{id},   READ /{index}/_doc/_mget,   READ /{index}/_doc/_mget",
        "POST,/a/_doc/_bulk,        WRITE /{index}/_doc/{id},   WRITE /{index}/_doc/_bulk,  WRITE /{index}/_doc/_bulk",
        "POST,/a/t/_percolate,      WRITE /{index}/{type}/{id}, WRITE /{index}/{type}/{id}, READ /{index}/{type}/_percolate",
        "POST,/a/_doc/_percolate,   WRITE /{index}/_doc/{id},   WRITE /{index}/_doc/{id},   READ /{index}/_doc/_percolate",
        "POST,/a/t/_search_shards,  WRITE /{index}/{type}/{id}, WRITE /{index}/{type}/{id}, READ /{index}/{type}/_search_shards",
        "DELETE,/a/t/_query,        WRITE /{index}/{type}/{id}, WRITE /{index}/{type}/{id}, WRITE /{index}/{type}/_query",
        "PUT,/a/_doc/_search,       WRITE /{index}/_doc/{id},   WRITE /{index}/_doc/{id},   WRITE /{index}/_doc/{id}",
        "POST,/a/t/_search,         READ /{index}/{type}/_search, READ /{index}/{type}/_search, READ /{index}/{type}/_search"
    })
    void readsPathsAsASourceThatKnowsTypesDoes(String method, String target, String none, String one, String many) {
        assertThat(Stream.of(Types.NONE, Types.ONE, Types.MANY)
                        .map(types -> Route.of(method, target, types))
                        .map(route -> route.routeClass() + " " + route.template()))
                .containsExactly(none, one, many);
    }

    @Test
    void callsNothingAReadForAnUnknownSourceThatIsAWriteForAnother() {
        Stream<String> wrong = Stream.concat(clientRequests(), hardRequests())
                .filter(row -> !Route.of(row[1], row[2]).isWrite())
                .filter(row -> Route.of(row[1], row[2], Types.ONE).isWrite()
                        || Route.of(row[1], row[2], Types.MANY).isWrite())
                .map(row -> row[1] + " " + row[2]);

        assertThat(wrong).isEmpty();
    }

    @Test
    void keepsNamesFew() {
        long names = Stream.concat(clientRequests(), hardRequests())
                .map(row -> Route.of(row[1], row[2] + "/" + row[2].hashCode()).name())
                .filter(name -> name.matches(".*\\d.*"))
                .count();

        assertThat(names).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "read GET /a[/b ! The path /a[/b lacks ']' at 5.",
                "read GET /a/(b|c ! The path /a/(b|c lacks ')' at 7.",
                "read GET /a)b ! The path /a)b has ')' at 2 without its other half."
            })
    void refusesAPathThatIsNotWhole(String row, String message) {
        assertThatThrownBy(() -> RouteTable.read(new StringReader(row), Types.NONE))
                .hasMessage(message);
    }

    /** Rows of a table among the resources, as its head says. */
    static Stream<String[]> rows(String resource) {
        try (InputStream in = RouteTest.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.trim().split("\\s+"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
