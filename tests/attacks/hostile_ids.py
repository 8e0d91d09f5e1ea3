"""What is no id but reads like a path, or would fill, split or confuse what takes it for one."""

RUN = "20260131-142501-k3x9ab"
"""An id as it should be, of no run."""

NOT_IDS = {
    "plain": "../../outside/secret.txt",
    "passwd": "../../../../../../../../etc/passwd",
    "after an id": f"{RUN}/../../outside",
    "back slashes": "..\\..\\outside\\secret.txt",
    "encoded": "..%2f..%2foutside%2fsecret.txt",
    "double-encoded": "%252e%252e%252f%252e%252e%252foutside",
    "NUL": f"{RUN}\0/../../outside",
    "absolute": "/etc/passwd",
    "home": "~/.ssh/id_rsa",
    "address": "file:///etc/passwd",
    "full-width digits": "２０２６０１３１-142501-k3x9ab",
    "fraction slash": "..⁄..⁄outside⁄secret.txt",
    "dot leaders": "‥/‥/outside/secret.txt",
    "full-width dots": "．．/．．/outside",
    "line break": f"{RUN}\n",
    "two lines": f"{RUN}\n../../outside",
    "spaces": f" {RUN} ",
    "dot": ".",
    "dots": "..",
    "very long": "../" * 2_000 + "etc/passwd",
    "upper case": RUN.upper(),
    "markup": "<img src=x onerror=alert(1)>",
}
