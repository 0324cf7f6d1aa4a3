package io.operatorlib.testing.apiserver.schema;

import static dev.cel.common.CelFunctionDecl.newFunctionDeclaration;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.Immutable;
import dev.cel.checker.CelCheckerBuilder;
import dev.cel.common.CelFunctionDecl;
import dev.cel.compiler.CelCompilerLibrary;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.CelRuntimeLibrary;

/**
 * The functions that Kubernetes adds to CEL: on lists, regular expressions, quantities, addresses and URLs.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#cel-options-language-features-and-libraries">CEL in
 *     Kubernetes</a>
 */
@Immutable
final class CelLibrary implements CelCompilerLibrary, CelRuntimeLibrary {
    private final ImmutableList<CelFunctionDecl> declarations;

    @SuppressWarnings("Immutable") // a binding is a name and a function without state
    private final ImmutableList<CelFunctionBinding> bindings;

    private CelLibrary(CelFunctions functions) {
        declarations = functions.declarations.entrySet().stream()
                .map(entry -> newFunctionDeclaration(entry.getKey(), entry.getValue()))
                .collect(ImmutableList.toImmutableList());
        bindings = ImmutableList.copyOf(functions.bindings);
    }

    static CelLibrary create() {
        var functions = new CelFunctions();
        functions.all();
        return new CelLibrary(functions);
    }

    @Override
    public void setCheckerOptions(CelCheckerBuilder checker) {
        checker.addFunctionDeclarations(declarations);
    }

    @Override
    public void setRuntimeOptions(CelRuntimeBuilder runtime) {
        runtime.addFunctionBindings(bindings);
    }
}
