package io.sluice.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.journal.Uncaptured;
import io.sluice.capture.wire.Compromised;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncidentTest {

    @TempDir
    private Path folder;

    private final List<Compromised> told = new ArrayList<>();
    private boolean hasRoom = true;

    private Incident of(JournalOnly open) {
        return new Incident(open.journal(), open.appender(), news -> {
            if (hasRoom) {
                told.add(news);
            }
            return hasRoom;
        });
    }

    private JournalOnly open() throws IOException {
        return JournalOnly.open(folder, Durability.BEFORE_RESPONSE);
    }

    @Test
    void tellsWhatWasMissedSinceTheLastLookWhenTheProxyStops() throws IOException {
        JournalOnly open = open();
        Incident incident = of(open);
        incident.look(Optional.empty(), 0);

        open.appender().uncaptured(false);
        incident.close();

        assertThat(told.get(told.size() - 1).hasUntil()).isTrue();
        assertThat(told.get(told.size() - 1).getReads()).isEqualTo(1);
        assertThat(open.journal().remembered()).isEqualTo(Uncaptured.NONE);
        open.close();
    }

    @Test
    void tellsAfterAKillWhatWasMissedSinceTheLastLook() throws IOException {
        JournalOnly killed = open();
        of(killed).look(Optional.empty(), 0);
        killed.appender().uncaptured(true);
        killed.close(); // nobody looked again

        JournalOnly next = open();
        of(next).tellRemembered();

        assertThat(told).singleElement().satisfies(news -> {
            assertThat(news.getSince()).isPositive();
            assertThat(news.hasUntil()).isTrue();
        });
        assertThat(next.journal().remembered()).isEqualTo(Uncaptured.NONE);
        next.close();
    }

    @Test
    void keepsWhatAnEarlierRunLeftUntilThereIsRoomToTellIt() throws IOException {
        JournalOnly killed = open();
        killed.appender().uncaptured(true);
        of(killed).look(Optional.empty(), 0);
        killed.close();
        told.clear();
        hasRoom = false;

        JournalOnly next = open();
        Incident incident = of(next);
        incident.tellRemembered();
        incident.look(Optional.empty(), 1);
        hasRoom = true;
        next.appender().uncaptured(true);
        incident.look(Optional.empty(), 2);
        incident.look(Optional.empty(), Duration.ofSeconds(3).toNanos());

        assertThat(told.get(told.size() - 1).hasUntil()).isTrue();
        assertThat(told.get(told.size() - 1).getWrites()).isEqualTo(2);
        assertThat(next.journal().remembered()).isEqualTo(Uncaptured.NONE);
        assertThat(incident.isOpen()).isFalse();
        next.close();
    }

    @Test
    void notesWhatIsMissedWhileTheEndIsTold() throws IOException {
        JournalOnly open = open();
        boolean[] again = {true};
        Incident incident = new Incident(open.journal(), open.appender(), news -> {
            if (news.hasUntil() && again[0]) {
                again[0] = false;
                open.appender().uncaptured(false);
            }
            return told.add(news);
        });
        open.appender().uncaptured(false);

        incident.close();

        assertThat(open.journal().remembered().since()).isPositive();
        incident.look(Optional.empty(), 0);
        assertThat(open.journal().remembered().reads()).isEqualTo(1);
        open.close();
    }
}
