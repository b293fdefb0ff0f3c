package io.sluice.lucene9;

import io.sluice.snapshot.FieldSelection;
import io.sluice.snapshot.FieldValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.codecs.StoredFieldsReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.StoredFieldVisitor;

/** The selected fields of the document a cursor stands on, read when somebody asks for them. */
final class SelectedFields implements FieldValues {

    private static final int NOWHERE = -1;

    private final OpenSegment segment;
    private final FieldSelection selection;
    private final Map<String, FieldColumn> columns = new HashMap<>();
    private final Map<String, List<Object>> stored = new HashMap<>();
    private final Visitor visitor;

    private StoredFieldsReader reader;
    private int document = NOWHERE;
    private boolean isStoredRead;

    SelectedFields(OpenSegment segment, FieldSelection selection, StoredFieldsReader reader) {
        this.segment = segment;
        this.selection = selection;
        this.reader = reader;
        segment.directory().expectColumns(selection.columns().size());
        this.visitor = new Visitor(selection.stored(), stored);
    }

    /** @param at not before the last document */
    SelectedFields moveTo(int at, StoredFieldsReader with) {
        if (at != document) {
            document = at;
            reader = with;
            isStoredRead = false;
            stored.clear();
        }
        return this;
    }

    @Override
    public List<Object> stored(String field) throws IOException {
        if (!selection.stored().contains(field)) {
            throw new IllegalArgumentException("the stored field " + field + " was not selected");
        }
        if (!isStoredRead) {
            Damage.guard(segment.directory(), () -> {
                reader.document(document, visitor); // its chunk is still decompressed: the id was read from it
                return stored;
            });
            isStoredRead = true;
        }
        return stored.getOrDefault(field, List.of());
    }

    @Override
    public List<Object> column(String field) throws IOException {
        if (!selection.columns().contains(field)) {
            throw new IllegalArgumentException("the doc values of " + field + " were not selected");
        }
        return Damage.guard(segment.directory(), () -> {
            FieldColumn column = columns.get(field);
            if (column == null) {
                column = segment.column(field);
                columns.put(field, column);
            }
            List<Object> values = new ArrayList<>(1);
            column.read(document, values);
            return values;
        });
    }

    private static final class Visitor extends StoredFieldVisitor {

        private final Set<String> wanted;
        private final Map<String, List<Object>> into;

        Visitor(Set<String> wanted, Map<String, List<Object>> into) {
            this.wanted = wanted;
            this.into = into;
        }

        @Override
        public Status needsField(FieldInfo field) throws IOException {
            if (field == null) { // a field number that the segment does not have
                throw new CorruptIndexException("a field that the segment does not have", "stored fields");
            }
            return wanted.contains(field.name) ? Status.YES : Status.NO;
        }

        private void add(FieldInfo field, Object value) {
            into.computeIfAbsent(field.name, name -> new ArrayList<>(1)).add(value);
        }

        @Override
        public void binaryField(FieldInfo field, byte[] value) {
            add(field, value);
        }

        @Override
        public void stringField(FieldInfo field, String value) {
            add(field, value);
        }

        @Override
        public void intField(FieldInfo field, int value) {
            add(field, value);
        }

        @Override
        public void longField(FieldInfo field, long value) {
            add(field, value);
        }

        @Override
        public void floatField(FieldInfo field, float value) {
            add(field, value);
        }

        @Override
        public void doubleField(FieldInfo field, double value) {
            add(field, value);
        }
    }
}
