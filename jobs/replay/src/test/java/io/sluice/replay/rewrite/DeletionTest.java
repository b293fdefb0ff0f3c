package io.sluice.replay.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class DeletionTest {

    private static Deletion of(String method, String target, String body) {
        return new Step.Call(0, Scope.ALL, method, target, null, ByteString.copyFromUtf8(body)).deletion();
    }

    @Test
    void aPatternMayDeleteWhatItFitsAndIsNotLeftOut() {
        Deletion deletion = of("DELETE", "/logs-*,-logs-2*,b%C3%BCcher?expand_wildcards=all", "");

        assertThat(deletion.mayDelete("logs-1")).isTrue();
        assertThat(deletion.deletes("logs-1")).as("it may be hidden").isFalse();
        assertThat(deletion.mayDelete("logs-2")).isFalse();
        assertThat(deletion.mayDelete("books")).isFalse();
        assertThat(deletion.deletes("bücher")).isTrue();
    }

    @Test
    void anActionOfAliasesMayDeleteIndicesToo() {
        Deletion deletion = of(
                "POST",
                "/_aliases",
                "{\"actions\":[{\"add\":{\"indices\":[\"logs-2\"],\"alias\":\"logs-1\"}},{\"remove_index\":{\"indices\":[\"logs-1\"]}}]}");

        assertThat(deletion.deletes("logs-1")).isTrue();
        assertThat(deletion.mayDelete("logs-2")).isFalse();
    }

    @Test
    void whatIsBelowAnIndexIsNoIndex() {
        assertThat(of("DELETE", "/logs/_alias/now", "").isNone()).isTrue();
        assertThat(of("DELETE", "/_ingest/pipeline/p", "").isNone()).isTrue();
        assertThat(of("PUT", "/logs", "{}").isNone()).isTrue();
    }

    @Test
    void aDataStreamGoesWithItsIndicesAndNoOther() {
        Deletion logs = of("DELETE", "/_data_stream/logs", "");
        assertThat(logs.deletes(".ds-logs-000001")).isTrue();
        assertThat(logs.mayDelete(".ds-logs-2026.11.30-000001")).isFalse();
        assertThat(logs.mayDelete(".ds-logs-a-000001")).isFalse();
        assertThat(logs.mayDelete("logs")).isFalse();

        Deletion dated = of("DELETE", "/_data_stream/logs?dated=true", "");
        assertThat(dated.deletes(".ds-logs-2026.11.30-000001")).isTrue();

        Deletion several = of("DELETE", "/_data_stream/a*,logs", "");
        assertThat(several.mayDelete(".ds-ab-000001")).isTrue();
        assertThat(several.deletes(".ds-ab-000001")).isFalse();
        assertThat(several.deletes(".ds-logs-000001")).isTrue();
    }
}
