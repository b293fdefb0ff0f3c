package io.sluice.replay.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionTest {

    private static String body(String text) {
        return Redaction.body(ByteString.copyFromUtf8(text), 1_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"title\":\"a\",\"password\":\"hush\"}|{\"title\":\"a\",\"password\":\"***\"}",
                "{\"user\":{\"Password_Hash\" : \"hush\", \"n\":1}}|{\"user\":{\"Password_Hash\":\"***\", \"n\":1}}",
                "{\"api_key\":{\"id\":\"hush\",\"x\":[1,\"}\"]},\"n\":2}|{\"api_key\":\"***\",\"n\":2}",
                "{\"access-token\":12345,\"n\":3}|{\"access-token\":\"***\",\"n\":3}",
                "{\"Authorization\":[\"Basic hush\"]}|{\"Authorization\":\"***\"}",
                "{\"client_secret\":\"a \\\" hush\",\"n\":4}|{\"client_secret\":\"***\",\"n\":4}",
                "{\"secret\":\"hush, and the rest is not there|{\"secret\":\"***\"",
                "{\"name\":\"password\",\"other\":\"secret\"}|{\"name\":\"password\",\"other\":\"secret\"}",
                "{\"url\":\"https://bob:hush@h/\"}|{\"url\":\"https://***@h/\"}",
                "field [n]. Preview of field's value: 'hush'|field [n]. Preview of field's value: '***'",
                "no JSON at all|no JSON at all"
            })
    void valuesOfFieldsThatSoundLikeSecretsAreNotShown(String text, String shown) {
        assertThat(body(text)).isEqualTo(shown);
        assertThat(body(text)).doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "/books/_search?q=a&routing=b, /books/_search?q=a&routing=b",
        "/books/_search?api_key=hush&q=a, /books/_search?api_key=***&q=a",
        "/_search?q=a&X-Amz-Signature=hush&X-Amz-Security-Token=hush, /_search?q=a&X-Amz-Signature=***&X-Amz-Security-Token=***",
        "http://user:hush@source:9200/_search, http://***@source:9200/_search",
        "/books/_doc/a@b, /books/_doc/a@b",
        "/books/_search?q=password:hush&size=1, /books/_search?q=***&size=1",
        "/books/_search?source=%7B%7D, /books/_search?source=%7B%7D"
    })
    void soAreParametersAndNamesBeforeHosts(String target, String shown) {
        assertThat(Redaction.target(target)).isEqualTo(shown);
    }

    @Test
    void whatIsLongIsCut() {
        assertThat(Redaction.body(ByteString.copyFromUtf8("{\"n\":\"" + "x".repeat(100)), 10))
                .isEqualTo("{\"n\":\"xxxx…");
    }

    @Test
    void aCutInTheMiddleOfASecretShowsNothingOfIt() {
        assertThat(Redaction.body(ByteString.copyFromUtf8("{\"password\":\"hushhush\"}"), 17))
                .isEqualTo("{\"password\":\"***\"…");
    }

    @Test
    void aVeryLongTextIsNoTrouble() {
        String text = "{\"a\":\"" + "\\\"".repeat(200_000) + "\",\"token\":" + "[".repeat(100_000);
        assertThat(Redaction.body(ByteString.copyFromUtf8(text), 1 << 20)).endsWith("\"token\":\"***\"");
    }
}
