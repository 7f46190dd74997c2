;;; say-mode.el --- Major mode for Say, the language of Gainsay  -*- lexical-binding: t -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "27.1"))
;; Keywords: languages

;;; Commentary:

;; Colours, indents and lists the declarations of `.say' files, and tells Eglot of the language server, `gainsay lsp':
;;
;;   (add-to-list 'load-path ".../Grammar/editors/emacs")
;;   (require 'say-mode)
;;   (add-hook 'say-mode-hook #'eglot-ensure)
;;
;; C-c C-c checks the property around point, where the server runs.

;;; Code:

(require 'rx)

(defgroup say nil
  "Specifications in Say."
  :group 'languages)

(defcustom say-server-command '("gainsay" "lsp")
  "The language server and its arguments."
  :type '(repeat string))

(defcustom say-indent-offset 2
  "Columns that a brace indents by; a line that goes on is indented by two of it."
  :type 'natnum
  :safe #'natnump)

;;;; Syntax

(defvar say-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 12" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\r ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (modify-syntax-entry ?_ "w" table)
    (modify-syntax-entry ?' "." table)
    (dolist (sign '(?+ ?- ?* ?< ?> ?= ?~ ?? ?! ?. ?, ?: ?\;))
      (modify-syntax-entry sign "." table))
    table)
  "What the characters of Say are.")

(defconst say-mode--regex
  (rx "/" (+ (or (seq "\\" nonl) (not (any "/\\\n\r")))) "/")
  "A regular expression on its line.")

(defconst say-mode--operand-end
  (rx (any "A-Za-z0-9_)]}\"/"))
  "What a complete operand ends with: a slash behind it divides.")

(defconst say-mode--reserved
  '("use" "enum" "type" "model" "data" "param" "func" "fit" "property" "forall" "exists" "for" "let" "assume" "check"
    "shrink" "from" "where" "with" "as" "matching" "and" "or" "not" "implies" "in" "contains" "if" "then" "else" "true"
    "false")
  "The words that are never names.")

(defun say-mode--divides-p (place)
  "Whether a slash at PLACE divides: an operand is complete before it."
  (save-excursion
    (goto-char place)
    (forward-comment (- (point)))
    (and (not (bobp))
         (cond
          ;; A slash before this one closes a regular expression, or divides.
          ((eq (char-before) ?/) (say-mode--in-string-p (1- (point))))
          ((not (string-match-p say-mode--operand-end (string (char-before)))) nil)
          ((memq (char-syntax (char-before)) '(?w))
           (let ((end (point)))
             (skip-chars-backward "A-Za-z0-9_")
             (let ((word (buffer-substring-no-properties (point) end)))
               (or (member word '("true" "false")) (not (member word say-mode--reserved))))))
          (t t)))))

(defun say-mode--propertize (start end)
  "Mark slashes around regular expressions from START to END as string fences."
  (goto-char start)
  (while (search-forward "/" end t)
    (let* ((open (1- (point)))
           (state (save-excursion (syntax-ppss open))))
      (cond
       ((or (nth 3 state) (nth 4 state)))
       ((eq (char-after) ?/) (end-of-line))
       ((say-mode--divides-p open))
       ((progn (goto-char open) (looking-at say-mode--regex))
        (say-mode--fence open (match-end 0))
        (goto-char (match-end 0)))
       (t (forward-char))))))

(defun say-mode--fence (open end)
  "Make a string of the regular expression from OPEN to END."
  (put-text-property open (1+ open) 'syntax-table (string-to-syntax "|"))
  (put-text-property (1+ open) (1- end) 'syntax-table (string-to-syntax "w"))
  (put-text-property (1- end) end 'syntax-table (string-to-syntax "|")))

(defconst say-mode--name (rx (any "A-Za-z_") (* (any "A-Za-z0-9_"))))

(defun say-mode--in-string-p (place)
  "Whether a string is open at PLACE."
  (save-excursion (nth 3 (syntax-ppss place))))

(defconst say-mode-font-lock-keywords
  `((,(rx bow (or "and" "or" "not" "implies" "in" "contains") eow) . font-lock-builtin-face)
    (,(rx bow (or "true" "false") eow) . font-lock-constant-face)
    (,(regexp-opt say-mode--reserved 'words) . font-lock-keyword-face)
    (,(rx bow "language" (+ blank) "model" eow) . font-lock-keyword-face)
    (,(rx bol (* blank) (group "const") (+ blank) (any "A-Za-z_")) 1 font-lock-keyword-face)
    (,(concat (rx bow (or "func" "property") (+ blank)) "\\(" say-mode--name "\\)") 1 font-lock-function-name-face)
    (,(concat (rx bow (or "type" "enum") (+ blank)) "\\(" say-mode--name "\\)") 1 font-lock-type-face)
    (,(concat (rx bow (or "param" "let" "const" "data" "model" "fit") (+ blank)) "\\(" say-mode--name "\\)")
     1 font-lock-variable-name-face)
    (,(rx bow (or "Bool" "Int" "Real" "Text" "Tokens" "Tensor") eow) . font-lock-type-face)
    (,(rx bow (group (or "rate" "mean" "sum" "all" "any" "max" "min" "quantile" "count" "median" "variance" "std"))
          (* blank) "(")
     1 font-lock-builtin-face)
    (,(rx bow digit (* (any "0-9_")) (? "." digit (* (any "0-9_"))) (? (any "eE") (? (any "+-")) digit (* (any "0-9_")))
          eow)
     . font-lock-constant-face)
    (,(rx "{" (any "A-Za-z_") (* (any "A-Za-z0-9_.")) "}")
     (0 (and (say-mode--in-string-p (match-beginning 0)) font-lock-variable-name-face) prepend)))
  "What is coloured beside strings and comments.")

(defun say-mode--string-face (state)
  "The face of what STATE is in: a comment, one that documents, or a string."
  (cond
   ((nth 3 state) font-lock-string-face)
   ((save-excursion (goto-char (nth 8 state)) (looking-at-p "///")) font-lock-doc-face)
   (t font-lock-comment-face)))

;;;; Indentation

(defun say-mode-indent-line ()
  "Indent the line by the brackets around it."
  (let ((column (save-excursion (back-to-indentation) (say-mode--column (syntax-ppss)))))
    (when column
      (if (<= (current-column) (current-indentation))
          (indent-line-to column)
        (save-excursion (indent-line-to column))))))

(defconst say-mode--declaration
  (rx (or (seq (or "use" "enum" "type" "model" "language" "data" "param" "let" "const" "func" "fit" "property") eow)
          "//" "}" eol))
  "What a line outside of brackets begins with, unless it goes on with another.")

(defconst say-mode--going-on
  (rx (or (any "=<>+*/!~.,?-")
          (seq (or "and" "or" "implies" "in" "contains" "then" "else" "where" "with" "from" "as" "matching")
               eow)
          (seq (or "over" "at") (+ blank) (not (any ": \t\n")))))
  "What a line begins with that goes on with the line above, or what that ends in.")

(defun say-mode--goes-on-p (opener)
  "Whether the line at point goes on with that above; OPENER is the brace around."
  (cond
   ((looking-at-p "//") nil)
   ((not opener) (not (looking-at-p say-mode--declaration)))
   ((looking-at-p say-mode--going-on))
   (t (save-excursion
        (forward-comment (- (point)))
        (looking-back (rx (or (any "=<>+*-") (seq bow (or "and" "or" "implies" "then" "else" "where") eow)))
                      (line-beginning-position))))))

(defun say-mode--column (state)
  "The column for the line at point, nil in a string; STATE tells its brackets.
A line that goes on with the one above keeps its column, if it is farther in."
  (let* ((opener (nth 1 state))
         (column (if opener (say-mode--column-in opener (looking-at-p "[])}]")) 0)))
    (cond
     ((nth 3 state) nil)
     ((and opener (not (eq (char-after opener) ?{)))
      (if (> (current-indentation) (save-excursion (goto-char opener) (current-indentation)))
          (current-indentation)
        column))
     ((say-mode--goes-on-p opener)
      (if (> (current-indentation) column) (current-indentation) (+ column (* 2 say-indent-offset))))
     (t column))))

(defun say-mode--column-in (opener closes)
  "The column for a line within the bracket at OPENER, which it CLOSES or not.
What follows a parenthesis or a bracket on its line has the next lines under it."
  (save-excursion
    (goto-char opener)
    (if (and (not closes) (looking-at (rx (any "([") (* blank) (group (not (any blank "\n/"))))))
        (progn (goto-char (match-beginning 1)) (current-column))
      (+ (current-indentation) (if closes 0 say-indent-offset)))))

;;;; The language server

(declare-function eglot-current-server "eglot" ())
(declare-function eglot--TextDocumentIdentifier "eglot" ())
(declare-function jsonrpc-async-request "jsonrpc" (connection method params &rest args))
(defvar eglot-server-programs)

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs (cons 'say-mode (lambda (&rest _) say-server-command))))

(defun say-mode-property ()
  "The name of the property around point, or before it; nil if there is none."
  (save-excursion
    (end-of-line)
    (when (re-search-backward (concat "^[ \t]*property[ \t]+\\(" say-mode--name "\\)") nil t)
      (match-string-no-properties 1))))

(defun say-mode-check (name)
  "Have the language server check the property NAME, by default that around point."
  (interactive (list (or (say-mode-property) (user-error "Point is in no property"))))
  (let ((server (or (and (fboundp 'eglot-current-server) (eglot-current-server))
                    (user-error "No language server runs: M-x eglot"))))
    (jsonrpc-async-request
     server :workspace/executeCommand
     (list :command "gainsay.check" :arguments (vector (plist-get (eglot--TextDocumentIdentifier) :uri) name))
     :success-fn #'ignore
     :error-fn (lambda (err) (message "gainsay: %s" (plist-get err :message)))
     :timeout 3600)
    (message "gainsay checks %s" name)))

;;;; The mode

(defvar say-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'say-mode-check)
    map)
  "The keys of `say-mode'.")

(defconst say-mode--imenu
  (mapcar (lambda (kind)
            (list (capitalize kind) (concat "^" kind "[ \t]+\\(" say-mode--name "\\)") 1))
          '("property" "func" "type" "enum" "model" "data" "param" "fit")))

;;;###autoload
(define-derived-mode say-mode prog-mode "Say"
  "Major mode for specifications in Say."
  (setq-local comment-start "// ")
  (setq-local comment-end "")
  (setq-local comment-start-skip "//+[ \t]*")
  (setq-local indent-tabs-mode nil)
  (setq-local indent-line-function #'say-mode-indent-line)
  (setq-local electric-indent-chars (append "]})" electric-indent-chars))
  (setq-local imenu-generic-expression say-mode--imenu)
  (setq-local syntax-propertize-function #'say-mode--propertize)
  (setq-local font-lock-defaults
              '(say-mode-font-lock-keywords
                nil nil nil (font-lock-syntactic-face-function . say-mode--string-face))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.say\\'" . say-mode))

(provide 'say-mode)
;;; say-mode.el ends here
