package io.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IndexNamesTest {

    @Test
    void selectsAndRenamesByPattern() {
        IndexNames names = new IndexNames(
                List.of("logs-*", "books"),
                List.of("*-tmp"),
                List.of(new IndexNames.Rename("logs-*-eu", "eu-*"), new IndexNames.Rename("books", "novels")));

        assertThat(names.selects("logs-1")).isTrue();
        assertThat(names.selects("logs-1-tmp")).isFalse();
        assertThat(names.selects("bookshelf")).isFalse();
        assertThat(names.targetName("logs-2-3-eu")).isEqualTo("eu-2-3");
        assertThat(names.targetName("books")).isEqualTo("novels");
        assertThat(names.targetName("logs-1")).isEqualTo("logs-1");
        assertThat(names.keepsAll()).isFalse();
        assertThat(IndexNames.ALL.keepsAll()).isTrue();
    }
}
