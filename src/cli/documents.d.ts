/** A GraphQL document as text; the build puts it into the bundle. */
declare module '*.graphql?raw' {
  const document: string;
  export default document;
}
