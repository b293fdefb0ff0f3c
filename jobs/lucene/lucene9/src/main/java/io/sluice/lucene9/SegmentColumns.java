package io.sluice.lucene9;

import io.sluice.snapshot.UnknownCodecException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.DocValuesFormat;
import org.apache.lucene.codecs.DocValuesProducer;
import org.apache.lucene.codecs.perfield.PerFieldDocValuesFormat;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * The doc values of a segment, those of the asked-for fields only.
 *
 * <p>Which files hold a field is in its attributes: {@code <segment>_<format>_<suffix>}, all fields of one such
 * group together. A field that was updated has files of its own, outside of a compound file:
 * {@code <segment>_<generation>_<format>_<suffix>}. So a format of some other field that is not known here
 * does no harm.
 */
final class SegmentColumns implements Closeable {

    private final Directory core;
    private final Directory outside;
    private final SegmentInfo info;
    private final FieldInfos fields;
    private final BitSet withSkipIndex;
    private final String what;
    private final Map<String, NumericColumns> numbers = new HashMap<>();
    private final Map<String, DocValuesProducer> producers = new HashMap<>();

    /**
     * @param core where the segment's own files are: in its compound file when it has one
     * @param outside where updates are
     * @param what the segment and shard, as a message calls them
     */
    SegmentColumns(Directory core, Directory outside, SegmentInfo info, SegmentFields fields, String what) {
        this.core = core;
        this.outside = outside;
        this.info = info;
        this.fields = fields.infos();
        this.withSkipIndex = fields.withSkipIndex();
        this.what = what;
    }

    /** New values to walk over, or null when no document of the segment has the field. */
    @Nullable
    NumericDocValues numeric(String name) throws IOException {
        FieldInfo field = fields.fieldInfo(name);
        if (field == null || field.getDocValuesType() != DocValuesType.NUMERIC) {
            return null;
        }
        String format = field.getAttribute(PerFieldDocValuesFormat.PER_FIELD_FORMAT_KEY);
        if (format == null) {
            return null; // in the field infos, but no document has a value
        }
        if (format.equals(NumericColumns.FORMAT)) {
            return columns(directory(field), suffix(field)).numeric(field);
        }
        return producer(directory(field), suffix(field), fieldsBeside(field), format(field, format))
                .getMergeInstance()
                .getNumeric(field);
    }

    /** New values of whatever type to walk over. */
    FieldColumn column(String name) throws IOException {
        FieldInfo field = fields.fieldInfo(name);
        String format = field == null ? null : field.getAttribute(PerFieldDocValuesFormat.PER_FIELD_FORMAT_KEY);
        if (field == null || format == null || field.getDocValuesType() == DocValuesType.NONE) {
            return FieldColumn.EMPTY;
        }
        String suffix = suffix(field);
        Directory directory = directory(field);
        if (format.equals(NumericColumns.FORMAT)) {
            directory = new OlderColumns(directory, info, suffix, withSkipIndex);
        }
        return FieldColumn.of(producer(directory, suffix, fieldsBeside(field), format(field, format)), field);
    }

    private static boolean isUpdate(FieldInfo field) {
        return field.getDocValuesGen() != -1;
    }

    private Directory directory(FieldInfo field) {
        return isUpdate(field) ? outside : core;
    }

    private static String suffix(FieldInfo field) {
        String group = group(field);
        return isUpdate(field) ? Long.toString(field.getDocValuesGen(), Character.MAX_RADIX) + "_" + group : group;
    }

    private FieldInfos fieldsBeside(FieldInfo field) {
        return isUpdate(field) ? new FieldInfos(new FieldInfo[] {field}) : fieldsOf(group(field));
    }

    private NumericColumns columns(Directory directory, String suffix) throws IOException {
        NumericColumns open = numbers.get(suffix);
        if (open != null) {
            return open;
        }
        NumericColumns columns = NumericColumns.open(directory, info, suffix, withSkipIndex);
        numbers.put(suffix, columns);
        return columns;
    }

    /** Lucene's own reader: of formats before 9.0, and of all types. */
    private DocValuesProducer producer(Directory directory, String suffix, FieldInfos inFile, DocValuesFormat format)
            throws IOException {
        DocValuesProducer open = producers.get(suffix);
        if (open != null) {
            return open;
        }
        DocValuesProducer producer =
                format.fieldsProducer(new SegmentReadState(directory, info, inFile, IOContext.DEFAULT, suffix));
        producers.put(suffix, producer);
        return producer;
    }

    /** All fields that a group's files may speak of; updated ones were in them before. */
    private FieldInfos fieldsOf(String group) {
        List<FieldInfo> members = new ArrayList<>();
        for (FieldInfo field : fields) {
            if (field.getDocValuesType() != DocValuesType.NONE && group(field).equals(group)) {
                members.add(field);
            }
        }
        return new FieldInfos(members.toArray(FieldInfo[]::new));
    }

    private static String group(FieldInfo field) {
        return field.getAttribute(PerFieldDocValuesFormat.PER_FIELD_FORMAT_KEY)
                + "_"
                + field.getAttribute(PerFieldDocValuesFormat.PER_FIELD_SUFFIX_KEY);
    }

    private DocValuesFormat format(FieldInfo field, String name) throws UnknownCodecException {
        if (!DocValuesFormat.availableDocValuesFormats().contains(name)) {
            throw new UnknownCodecException(
                    what, "the doc values format %s of %s".formatted(name, field.name), Lucene9Format.DESCRIPTION);
        }
        return DocValuesFormat.forName(name);
    }

    @Override
    public void close() throws IOException {
        List<Closeable> all = new ArrayList<>(numbers.values());
        all.addAll(producers.values());
        IOUtils.close(all);
    }
}
