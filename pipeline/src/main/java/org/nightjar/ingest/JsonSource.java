package org.nightjar.ingest;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.nightjar.config.ColumnMapping;
import org.nightjar.config.Source;

/**
 * Opens JSON. The fields that are read are those that the configuration names: a field that writers
 * leave out when it is empty may first occur anywhere. The first lines tell which of them hold
 * objects or lists, and which names are mistyped. Other fields are not read, so that their types
 * may change from row to row; so may those of mapped ones, which are read as text.
 */
final class JsonSource {
  /** How many lines tell the fields. */
  private static final int SAMPLE_LINES = 10_000;

  private static final String ENCODING = "encoding";
  private static final String LINE_SEPARATOR = "lineSep";

  private final SparkSession spark;
  private final Place place;
  private final Source source;
  private final Map<String, String> options;
  private final OpenSource.Text text;
  private final SourceFiles.Look files;

  /** Whether the sample is the whole source; null until somebody asks. */
  private Boolean whole;

  JsonSource(
      SparkSession spark,
      Place place,
      Map<String, String> options,
      OpenSource.Text text,
      SourceFiles.Look files) {
    this.spark = spark;
    this.place = place;
    this.source = place.source();
    this.options = options;
    this.text = text;
    this.files = files;
  }

  /** The source, or null with problems added. */
  OpenSource open(List<String> problems) {
    if (!text.isUtf8() && !OpenSource.isMultiLine(options)) {
      if (List.of("UTF-16", "UTF-32").contains(text.encoding().toUpperCase(Locale.ROOT))) {
        problems.add(
            place.problem(
                String.format(
                    Locale.ROOT,
                    "Spark reads lines of JSON in %s only if the order of its bytes is named and the"
                        + " file begins without a mark of it",
                    text.encoding()),
                String.format(
                    Locale.ROOT,
                    ".options.encoding (%sLE or %sBE), or write the file in UTF-8",
                    text.encoding(),
                    text.encoding())));
        return null;
      }
      options.putIfAbsent(ENCODING, text.encoding());
      options.putIfAbsent(LINE_SEPARATOR, "\n");
    }
    List<String> ofFolders = OpenSource.folderColumns(spark, source, options, files);
    StructType sample = sample(ofFolders);
    if (sample.isEmpty()) {
      return new OpenSource(spark.emptyDataFrame(), List.of(), text, List.of(), Map.of());
    }
    List<String> found = new ArrayList<>(Arrays.asList(sample.fieldNames()));
    found.addAll(ofFolders);
    List<String> unseen = new ArrayList<>();
    StructType schema = wanted(sample, ofFolders, unseen);
    for (String name : ofFolders) {
      schema = schema.add(name, DataTypes.StringType);
    }
    Dataset<Row> rows =
        OpenSource.permissive(spark.read().options(options), OpenSource.Text.JSON, schema, source);
    return new OpenSource(
        rows.withColumn(OpenSource.LINE, SparkApi.validText(col(OpenSource.LINE))),
        found,
        text,
        unseen,
        Map.of());
  }

  /** The fields of the first lines, every leaf a text. */
  private StructType sample(List<String> ofFolders) {
    Map<String, String> inferring = OpenSource.options(source);
    inferring.putAll(options);
    inferring.put("primitivesAsString", "true");
    inferring.put("columnNameOfCorruptRecord", OpenSource.LINE);
    StructType sample =
        OpenSource.isMultiLine(options)
            ? spark
                .read()
                .options(inferring)
                .format(OpenSource.Text.JSON)
                .load(OpenSource.paths(source))
                .schema()
            : spark.read().options(inferring).json(lines()).schema();
    StructType fields = new StructType();
    for (StructField field : sample.fields()) {
      boolean own =
          !field.name().equals(OpenSource.LINE)
              && ofFolders.stream().noneMatch(field.name()::equalsIgnoreCase);
      fields = own ? fields.add(field.name(), asText(field.dataType())) : fields;
    }
    return fields;
  }

  private Dataset<String> lines() {
    return OpenSource.lines(spark, source, options)
        .select(OpenSource.LINE)
        .limit(SAMPLE_LINES)
        .as(Encoders.STRING());
  }

  /** Costs a look at the sample, so it is asked only where a mapped field is missing in it. */
  private boolean isWhole() {
    if (whole == null) {
      whole = OpenSource.isMultiLine(options) || lines().count() < SAMPLE_LINES;
    }
    return whole;
  }

  /** The same shape with text for every leaf. */
  private static DataType asText(DataType type) {
    if (type instanceof StructType struct) {
      StructType text = new StructType();
      for (StructField field : struct.fields()) {
        text = text.add(field.name(), asText(field.dataType()));
      }
      return text;
    }
    return type instanceof ArrayType array
        ? DataTypes.createArrayType(asText(array.elementType()))
        : DataTypes.StringType;
  }

  /**
   * What to read: the mapped fields as the sample has them, and those that it lacks as text.
   *
   * @param unseen takes the names that the sample lacks but later rows may have
   */
  private StructType wanted(StructType sample, List<String> ofFolders, List<String> unseen) {
    StructType known = sample;
    Set<List<String>> paths = new HashSet<>();
    Set<List<String>> computed = new HashSet<>();
    Set<List<String>> levels = new HashSet<>();
    for (Place.Field field : place.fields()) {
      ColumnMapping mapping = source.columns().get(field.name());
      if (mapping == null) {
        continue;
      }
      boolean isExpression = mapping.expr() != null;
      for (String name : MappedColumn.sources(mapping)) {
        if (ofFolders.stream().anyMatch(name::equalsIgnoreCase)) {
          continue;
        }
        Optional<List<String>> path = path(known, name, isExpression);
        if (path.isEmpty() && mayComeLater(field, isExpression)) {
          known = with(known, List.of(name.split("\\.", -1)), isExpression);
          path = path(known, name, isExpression);
          path.ifPresent(p -> unseen.add(name));
        }
        path.ifPresent(
            p -> {
              paths.add(p);
              if (isExpression) {
                computed.add(p);
              } else if (field.kind() == Kind.PATH) {
                levels.add(p);
              }
            });
      }
    }
    levels.removeIf(l -> computed.stream().anyMatch(c -> startsWith(l, c)));
    StructType kept = keep(known, List.copyOf(paths), List.copyOf(levels), List.of());
    // Spark reads nothing where only the unreadable lines are asked for.
    return kept.isEmpty()
        ? new StructType().add(known.fields()[0].name(), DataTypes.StringType)
        : kept;
  }

  /** A key that thousands of rows lack is mistyped; so is a field that no row has. */
  private boolean mayComeLater(Place.Field field, boolean isExpression) {
    return !field.required() && (isExpression || !isWhole());
  }

  private static boolean startsWith(List<String> path, List<String> beginning) {
    return path.size() >= beginning.size() && path.subList(0, beginning.size()).equals(beginning);
  }

  /**
   * Where a name leads, in the fields' own spelling: a field of that whole name, or one along its
   * dots. Beyond a text the rest of the name is looked up in that text, unless the name stands in
   * an expression.
   */
  private static Optional<List<String>> path(StructType struct, String name, boolean isExpression) {
    Optional<StructField> entire = MappedColumn.field(struct, name);
    if (entire.isPresent()) {
      return Optional.of(List.of(entire.get().name()));
    }
    List<String> path = new ArrayList<>();
    DataType type = struct;
    for (String part : name.split("\\.", -1)) {
      if (type instanceof StringType && !isExpression && !path.isEmpty()) {
        return Optional.of(path);
      }
      Optional<StructField> field =
          type instanceof StructType parent ? MappedColumn.field(parent, part) : Optional.empty();
      if (field.isEmpty()) {
        return Optional.empty();
      }
      path.add(field.get().name());
      type = field.get().dataType();
    }
    return Optional.of(path);
  }

  /**
   * With a text at the end of a path. Of objects that are not known, the outermost is a text
   * itself, whose parts are looked up in it; expressions need it as an object.
   */
  private static StructType with(StructType struct, List<String> path, boolean asObjects) {
    String first = path.get(0);
    List<String> rest = path.subList(1, path.size());
    Optional<StructField> known = MappedColumn.field(struct, first);
    if (known.isEmpty()) {
      return struct.add(
          first,
          rest.isEmpty() || !asObjects ? DataTypes.StringType : with(new StructType(), rest, true));
    }
    StructType with = new StructType();
    for (StructField field : struct.fields()) {
      boolean changed =
          field.equals(known.get()) && field.dataType() instanceof StructType && !rest.isEmpty();
      with =
          with.add(
              field.name(),
              changed ? with((StructType) field.dataType(), rest, asObjects) : field.dataType());
    }
    return with;
  }

  /** The fields at the paths; lists of texts that become category paths as the text they are. */
  private static StructType keep(
      StructType struct, List<List<String>> paths, List<List<String>> levels, List<String> at) {
    StructType kept = new StructType();
    for (StructField field : struct.fields()) {
      List<String> here = new ArrayList<>(at);
      here.add(field.name());
      List<List<String>> mine = paths.stream().filter(p -> startsWith(p, here)).toList();
      if (mine.isEmpty()) {
        continue;
      }
      boolean isWhole = mine.contains(here);
      if (!isWhole && field.dataType() instanceof StructType inner) {
        kept = kept.add(field.name(), keep(inner, mine, levels, here));
      } else {
        boolean asText =
            levels.contains(here)
                && field.dataType() instanceof ArrayType list
                && list.elementType() instanceof StringType;
        kept = kept.add(field.name(), asText ? DataTypes.StringType : field.dataType());
      }
    }
    return kept;
  }
}
