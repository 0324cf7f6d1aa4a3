package io.operatorlib.testing.apiserver.schema;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.operatorlib.testing.apiserver.schema.Schema.Rule;
import java.util.Map;
import java.util.Optional;

/**
 * One rule of {@code x-kubernetes-validations}, compiled.
 *
 * <p>A real server estimates the cost of a rule and refuses those that could be dear; this one bounds the size of an
 * expression and the number of steps of a loop. So a rule that passes here may still be refused there.
 */
final class CelRule {
    /** A bound for one loop within an expression: a list of this size fits into no object that the server takes. */
    private static final int LOOP_STEPS = 1_000_000;

    /** A bound for an expression; no sensible rule comes near. */
    private static final int EXPRESSION_LENGTH = 100_000;

    private static final CelOptions OPTIONS = CelOptions.current()
            .comprehensionMaxIterations(LOOP_STEPS)
            .maxExpressionCodePointSize(EXPRESSION_LENGTH)
            .enableHeterogeneousNumericComparisons(true)
            .enableOptionalSyntax(true)
            .build();

    private static final CelLibrary LIBRARY = CelLibrary.create();

    private static final CelRuntime RUNTIME = CelRuntimeFactory.legacyCelRuntimeBuilder()
            .setOptions(OPTIONS)
            .addLibraries(
                    LIBRARY,
                    CelExtensions.strings(),
                    CelExtensions.optional(),
                    CelExtensions.sets(OPTIONS),
                    CelExtensions.comprehensions())
            .build();

    private final Rule rule;
    private final CelRuntime.Program program;
    private final Optional<CelRuntime.Program> message;
    private final boolean usesOldSelf;

    private CelRule(Rule rule, CelRuntime.Program program, Optional<CelRuntime.Program> message, boolean usesOldSelf) {
        this.rule = rule;
        this.program = program;
        this.message = message;
        this.usesOldSelf = usesOldSelf;
    }

    /** Thrown where a rule does not compile; the message is what the server says. */
    static final class UncompilableException extends Exception {
        private static final long serialVersionUID = 1;

        private final String field;

        UncompilableException(String field, String message) {
            super(message);
            this.field = field;
        }

        /** Which part of the rule: {@code rule} or {@code messageExpression}. */
        String field() {
            return field;
        }
    }

    /** What compiles rules on values of one type; those with an optional old value have one of their own. */
    static CelCompiler compiler(CelTypes types, CelType self, boolean optionalOldSelf) {
        return CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addLibraries(
                        LIBRARY,
                        CelExtensions.strings(),
                        CelExtensions.optional(),
                        CelExtensions.sets(OPTIONS),
                        CelExtensions.comprehensions())
                .setTypeProvider(types.provider())
                .addVar("self", self)
                .addVar("oldSelf", optionalOldSelf ? OptionalType.create(self) : self)
                .build();
    }

    static CelRule compile(Rule rule, CelCompiler compiler) throws UncompilableException {
        CelAbstractSyntaxTree ast = checked(compiler, rule.rule(), "rule", "compilation failed: ");
        if (!ast.getResultType().equals(SimpleType.BOOL)) {
            throw new UncompilableException("rule", "cel expression must evaluate to a bool");
        }
        Optional<CelRuntime.Program> message = Optional.empty();
        if (!rule.messageExpression().isEmpty()) {
            CelAbstractSyntaxTree text = checked(
                    compiler, rule.messageExpression(), "messageExpression", "messageExpression compilation failed: ");
            if (!text.getResultType().equals(SimpleType.STRING)) {
                throw new UncompilableException("messageExpression", "messageExpression must evaluate to a string");
            }
            message = Optional.of(program(text));
        }
        boolean usesOldSelf = ast.getReferenceMap().values().stream()
                .anyMatch(reference -> reference.name().equals("oldSelf"));
        return new CelRule(rule, program(ast), message, usesOldSelf);
    }

    private static CelAbstractSyntaxTree checked(CelCompiler compiler, String text, String field, String start)
            throws UncompilableException {
        try {
            CelValidationResult result = compiler.compile(text);
            if (result.hasError()) {
                throw new UncompilableException(field, start + errors(result));
            }
            return result.getAst();
        } catch (CelValidationException e) {
            throw new UncompilableException(field, start + e.getMessage());
        }
    }

    /** In the words of a server whose CEL is written in Go. */
    private static String errors(CelValidationResult result) {
        return result.getErrorString()
                .replaceAll(
                        "(<input>:[0-9]+:[0-9]+: )(mismatched|extraneous|missing|token|no viable)",
                        "$1Syntax error: $2")
                .replaceAll(" \\(candidates: .*\\)", "");
    }

    private static CelRuntime.Program program(CelAbstractSyntaxTree ast) throws UncompilableException {
        try {
            return RUNTIME.createProgram(ast);
        } catch (CelEvaluationException e) {
            throw new UncompilableException("rule", "program instantiation failed: " + e.getMessage());
        }
    }

    Rule rule() {
        return rule;
    }

    /** Tells whether the rule is about a change and not about a state. */
    boolean usesOldSelf() {
        return usesOldSelf;
    }

    /** The server's objection by this rule; empty where the value obeys it. */
    Optional<String> objection(Map<String, Object> variables) {
        try {
            return Boolean.TRUE.equals(program.eval(variables)) ? Optional.empty() : Optional.of(message(variables));
        } catch (CelEvaluationException e) {
            return Optional.of(failure(e));
        }
    }

    private String message(Map<String, Object> variables) {
        if (message.isPresent()) {
            try {
                String text = String.valueOf(message.get().eval(variables)).strip();
                if (!text.isEmpty() && !text.contains("\n")) {
                    return text;
                }
            } catch (CelEvaluationException e) {
                return otherwise();
            }
        }
        return otherwise();
    }

    private String otherwise() {
        return rule.message().isEmpty() ? "failed rule: " + name() : name();
    }

    private String name() {
        return rule.message().isEmpty() ? rule.rule().strip() : rule.message().strip();
    }

    private String failure(CelEvaluationException e) {
        String text = text(e);
        return text.equals("no such overload")
                ? "'no such overload': call arguments did not match a supported operator, function or macro signature"
                        + " for rule: " + name()
                : text + " evaluating rule: " + name();
    }

    private static String text(CelEvaluationException e) {
        String text = String.valueOf(e.getMessage())
                .replaceFirst("^evaluation error( at [^:]*:[0-9]+)?: ", "")
                .strip();
        if (text.startsWith("Function '") && e.getCause() != null) {
            text = root(e.getCause());
        }
        return switch (e.getErrorCode()) {
            case DIVIDE_BY_ZERO -> "division by zero";
            case NUMERIC_OVERFLOW -> "integer overflow";
            case OVERLOAD_NOT_FOUND -> "no such overload";
            case ATTRIBUTE_NOT_FOUND -> text.startsWith("no such key") ? text : "no such key: " + key(text);
            default ->
                text.replaceFirst("(?i)^index out of bounds: ", "index out of bounds: ")
                        .replaceFirst("^charAt failure: Index out", "index out")
                        .replaceFirst("^substring failure: Range \\[([0-9-]+), .*", "index out of range: $1");
        };
    }

    private static String key(String text) {
        return text.replaceFirst("^[Kk]ey '([^']*)' is not present.*", "$1");
    }

    private static String root(Throwable cause) {
        return cause.getCause() == null ? String.valueOf(cause.getMessage()) : root(cause.getCause());
    }
}
